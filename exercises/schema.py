"""The shape of ``exercise.toml``: frozen, validated models in which an unknown key is an error.

Paths are relative to the bundle's folder. What lies under ``private/`` never enters a process that runs student code.
"""

from typing import Annotated, Literal, Self, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from exercises.text import Text

Identifier = Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=64)]
RelativePath = Annotated[str, Field(pattern=r"^(data|private)/[A-Za-z0-9_][A-Za-z0-9_.-]*$")]
KeyName = Annotated[str, Field(pattern=r"^[a-z][a-z_]*$")]
FunctionName = Annotated[str, Field(pattern=r"^[a-z_][a-z0-9_]*$")]
#: TOML has no null, so a free dimension is written ``"any"`` there.
Dimension = Annotated[int | None, BeforeValidator(lambda value: None if value == "any" else value)]


class Strict(BaseModel):
    """What every model of the bundle format shares: unknown keys are errors, values never change."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Limits(Strict):
    """What one run in the sandbox may use."""

    wall_seconds: float = Field(default=20, gt=0, le=3600)
    memory_mib: int = Field(default=2048, ge=256, le=16384)
    output_kib: int = Field(default=64, ge=1, le=1024, description="how much of stdout is kept")


class BuiltFile(Strict):
    """A data file that is built from its source, not written by hand or committed; the hash is its identity."""

    path: RelativePath
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    source: Identifier = Field(description="name of the recipe in exercises.sources that builds it")


class Layer(Strict):
    """One layer of an expected network, in Keras' own words; arguments left out have Keras' defaults."""

    model_config = ConfigDict(extra="allow", frozen=True)

    layer: str = Field(pattern=r"^[A-Z][A-Za-z0-9]+$")


class ModelCapture(Strict):
    """Call ``function()`` and write down the model it returns: its graph and its initial weights."""

    kind: Literal["model"]
    id: Identifier
    function: FunctionName
    input_shape: tuple[Dimension, ...] = Field(description="without the batch axis; None where the length is free")
    input_dtype: Literal["float32", "int32"] = "float32"


class FolderCapture(Strict):
    """Call ``function(path)`` on a folder of pictures and write down the images and one-hot labels it returns."""

    kind: Literal["folder"]
    id: Identifier
    function: FunctionName
    pictures: RelativePath = Field(description="a zip of at most 48 pictures; the names carry the labels")
    size: tuple[int, int] = Field(description="height, width in pixels")
    folder: str = Field(
        default="pictures",
        pattern=r"^[A-Za-z0-9_ -]{1,40}$",
        description="what the folder is called where the function meets it",
    )
    trailing_slash: bool = Field(default=False, description="whether the path that the function gets ends with one")


class TrainingCapture(Strict):
    """Call ``function(model, train_images, onehot, test_images)`` on the platform's tiny stand-in model, recorded."""

    kind: Literal["training"]
    id: Identifier
    function: FunctionName
    rows: int = Field(ge=8, le=128, description="training rows of the stand-in data")
    test_rows: int = Field(ge=4, le=64)


class RealRunCapture(Strict):
    """Call ``function(model, train_images, onehot, test_images)`` once on real pictures and the described network."""

    kind: Literal["real_run"]
    id: Identifier
    function: FunctionName
    network: list[Layer] = Field(min_length=1)
    train_pictures: RelativePath
    test_pictures: RelativePath = Field(description="a zip whose names carry no labels")
    size: tuple[int, int]


Capture = Annotated[ModelCapture | FolderCapture | TrainingCapture | RealRunCapture, Field(discriminator="kind")]


class JudgeTraining(Strict):
    """How the judge trains a student's model, and on what; the labels of the test rows stay with the worker."""

    capture: Identifier
    train_inputs: RelativePath
    train_targets: RelativePath
    test_inputs: RelativePath
    divide_by: float = 1.0
    add_channel: bool = False
    optimizer: Literal["adam", "sgd", "rmsprop"] = "adam"
    learning_rate: float = Field(default=0.001, gt=0)
    loss: Literal[
        "sparse_categorical_crossentropy", "categorical_crossentropy", "binary_crossentropy", "mean_squared_error"
    ]
    epochs: int = Field(ge=1, le=100)
    batch_size: int = Field(ge=1, le=1024)
    hidden: tuple[KeyName, ...] = Field(default=(), description="keys whose numbers the statement does not tell")


class EquivalentMutant(Strict):
    """Generated wrong solutions that are right in this exercise, so that surviving the checks is no fault."""

    kind: Identifier = Field(description="id of the kind of mutant")
    line: str = Field(default="", description="what the changed line must contain; empty for every mutant of the kind")
    reason: Text


class Optimizer(Strict):
    """An optimizer as a check expects it; everything left out must have Keras' default."""

    name: Literal["adam", "sgd", "rmsprop"]
    learning_rate: float = Field(gt=0)


class BaseCheck(Strict):
    """What every check states."""

    id: Identifier
    title: Text
    weight: float = Field(default=1, ge=0)
    required: bool = True
    hint: Text | None = Field(default=None, description="replaces the built-in hint of a failure")
    depends_on: tuple[Identifier, ...] = Field(default=(), description="skipped because of these when they fail")
    hidden: tuple[KeyName, ...] = Field(default=(), description="keys whose numbers the statement does not tell")


class LayersPolicy(Strict):
    """What a ``layers`` check counts besides the layers themselves; left out, all is as DESIGN says for this course.

    ``named``: what the exercise names in its network must be so. ``refused``: it must not be there. ``counted``: it is
    a layer like any other, although it changes nothing.
    """

    initialisers: Literal["free", "named"] = "free"
    names: Literal["free", "named"] = "free"
    regularisers: Literal["refused", "free"] = Field(default="refused", description="constraints too")
    frozen: Literal["refused", "free"] = "refused"
    dtype: Literal["refused", "free"] = Field(default="refused", description="another dtype than float32")
    batch_size: Literal["refused", "free"] = Field(default="refused", description="a fixed one")
    dropout_of_nothing: Literal["neutral", "counted"] = "neutral"
    relu_after_pooling: Literal["neutral", "counted"] = Field(default="neutral", description="any activation")
    extra_flatten: Literal["neutral", "counted"] = Field(default="neutral", description="reshaping there and back too")
    repeated_activations: Literal["neutral", "counted"] = "neutral"


class LayersCheck(BaseCheck):
    """The model is the described network, whatever Keras style it was written in."""

    kind: Literal["layers"]
    capture: Identifier
    network: list[Layer] = Field(min_length=1)
    policy: LayersPolicy = LayersPolicy()


class BehaviourCheck(BaseCheck):
    """With the same weights the model answers as the described network does, in training as in use."""

    kind: Literal["behaviour"]
    capture: Identifier


class ParametersCheck(BaseCheck):
    """The model has this many parameters."""

    kind: Literal["parameters"]
    capture: Identifier
    expected: int = Field(ge=0)


class ImagesCheck(BaseCheck):
    """The images are the folder's pictures, resized and scaled as asked."""

    kind: Literal["images"]
    captures: tuple[Identifier, ...] = Field(min_length=1)


class OneHotCheck(BaseCheck):
    """Each row of the one-hot labels fits the picture in the same row of the images."""

    kind: Literal["one_hot"]
    captures: tuple[Identifier, ...] = Field(min_length=1)


class CompileCheck(BaseCheck):
    """The model was compiled with this optimizer and loss."""

    kind: Literal["compile"]
    capture: Identifier
    optimizer: Optimizer
    loss: Literal["categorical_crossentropy", "binary_crossentropy", "mean_squared_error"]


class TrainingCheck(BaseCheck):
    """The recorded training saw every row in every epoch, and a replay of it gives the same weights."""

    kind: Literal["training"]
    capture: Identifier
    epochs: int = Field(ge=1)
    batch_size: int = Field(ge=1)


class ReturnsCheck(BaseCheck):
    """The function returned the class numbers that the trained model itself predicts."""

    kind: Literal["returns"]
    capture: Identifier


class AccuracyCheck(BaseCheck):
    """Predictions on hidden rows are right often enough."""

    kind: Literal["accuracy"]
    capture: Identifier = Field(description="the judge's training of this model, or a real_run")
    test_targets: RelativePath
    decide: Literal["argmax", "half", "classes", "within"] = Field(
        description="argmax of probabilities, probability above one half, class numbers as they are, or a number "
        "within the tolerance of its target",
    )
    tolerance: float | None = Field(default=None, gt=0, description="in the unit of the targets; with within alone")
    threshold: float = Field(gt=0, lt=1, description="share of the hidden rows that must be right")
    spread: float = Field(
        default=0,
        ge=0,
        lt=1,
        description="standard deviation of the reference's accuracy over seeds, as calibration measured it",
    )
    reveals: Literal["accuracy", "matrix", "pictures"] = Field(
        default="accuracy",
        description="what students see of hidden rows: the accuracy; how often each class was taken for which; "
        "or that and a few misjudged pictures with their right class",
    )

    @model_validator(mode="after")
    def _tolerance_where_it_counts(self) -> Self:
        """See to it that a tolerance stands where numbers are compared, and only there."""
        if (self.decide == "within") != (self.tolerance is not None):
            raise ValueError("tolerance: needed with decide = 'within', and only there")
        return self


Check = Annotated[
    LayersCheck
    | BehaviourCheck
    | ParametersCheck
    | ImagesCheck
    | OneHotCheck
    | CompileCheck
    | TrainingCheck
    | ReturnsCheck
    | AccuracyCheck,
    Field(discriminator="kind"),
]

#: Every kind of check there is, that of quizzes with them.
CHECK_KINDS = frozenset(
    {"quiz"} | {get_args(model.model_fields["kind"].annotation)[0] for model in get_args(get_args(Check)[0])}
)


class Option(Strict):
    """One option of a single- or multiple-choice question."""

    id: Identifier
    text: Text


class Question(Strict):
    """One question of a quiz; its answer lies in ``private/answers.toml``."""

    id: Identifier
    kind: Literal["single", "multiple", "numeric", "text"]
    prompt: Text
    options: tuple[Option, ...] = ()
    weight: float = Field(default=1, gt=0)
    partial: bool = False


class Answer(Strict):
    """The right answer of a question and why it is right; shown only when it may be."""

    accepted: tuple[str, ...] = Field(min_length=1, description="option ids, numbers or texts")
    tolerance: float = Field(default=0, ge=0)
    explanation: Text


class Header(Strict):
    """What every exercise says of itself."""

    schema_: Literal[1] = Field(alias="schema")
    id: Identifier
    order: int = Field(ge=1)
    title: Text
    summary: Text
    minutes: int = Field(default=20, ge=1, description="how long a student usually needs")


class CodeExercise(Header):
    """``exercise.toml`` of an exercise whose answer is code."""

    kind: Literal["code"]
    runtime: Literal["keras-3.15"] = "keras-3.15"
    file_name: str = Field(pattern=r"^[a-z_][a-z0-9_]*\.py$", description="what the student's file is called")
    whole_file: bool = False
    compat: Literal["keras2"] | None = None
    isolation: Literal["warm", "oneshot"] = Field(
        default="warm",
        description="oneshot, for exams: each run of a student's code gets a sandbox that is used once and thrown away",
    )
    seed: int = Field(default=1447, ge=0, lt=2**31)
    limits: Limits = Limits()
    training_limits: Limits = Limits(wall_seconds=600)
    data: tuple[BuiltFile, ...] = ()
    captures: tuple[Capture, ...] = Field(min_length=1)
    training: JudgeTraining | None = None
    checks: tuple[Check, ...] = Field(min_length=1)
    equivalent_mutants: tuple[EquivalentMutant, ...] = ()

    @model_validator(mode="after")
    def _names_fit_together(self) -> Self:
        """Every id is unique and every reference names something that exists."""
        captures = {capture.id for capture in self.captures}
        checks = {check.id for check in self.checks}
        if len(captures) < len(self.captures):
            raise ValueError("captures: two captures have the same id")
        if len(checks) < len(self.checks):
            raise ValueError("checks: two checks have the same id")
        if self.training is not None and self.training.capture not in captures:
            raise ValueError(f"training.capture: there is no capture {self.training.capture!r}")
        for check in self.checks:
            named = check.captures if isinstance(check, ImagesCheck | OneHotCheck) else (check.capture,)
            for capture in set(named) - captures:
                raise ValueError(f"checks.{check.id}: there is no capture {capture!r}")
            if isinstance(check, BehaviourCheck) and check.capture not in self._described:
                raise ValueError(f"checks.{check.id}: no layers check describes the network of {check.capture!r}")
            for other in set(check.depends_on) - (checks - {check.id}):
                raise ValueError(f"checks.{check.id}.depends_on: there is no other check {other!r}")
        return self

    @property
    def _described(self) -> set[str]:
        """The captures whose network a check describes."""
        return {check.capture for check in self.checks if isinstance(check, LayersCheck)}


class QuizExercise(Header):
    """``exercise.toml`` of a quiz."""

    kind: Literal["quiz"]
    questions: tuple[Question, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _choices_have_options(self) -> Self:
        """Question ids are unique, and choice questions alone have options."""
        if len({question.id for question in self.questions}) < len(self.questions):
            raise ValueError("questions: two questions have the same id")
        for question in self.questions:
            is_choice = question.kind in {"single", "multiple"}
            if is_choice != bool(question.options):
                raise ValueError(f"questions.{question.id}.options: needed by choice questions, and only there")
            if len({option.id for option in question.options}) < len(question.options):
                raise ValueError(f"questions.{question.id}.options: two options have the same id")
        return self


Exercise = Annotated[CodeExercise | QuizExercise, Field(discriminator="kind")]
