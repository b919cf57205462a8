"""Images and one-hot labels are judged apart: rows are recognised by what they show, in any order."""

import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from gradertools import BundleWithData, npy
from numpy.typing import NDArray

from grader import Phase, Selection, check
from grader.checks import Context, Judgement
from grader.checks.images import check_images
from grader.checks.one_hot import check_one_hot
from grader.evidence.folder import folder_facts
from grader.evidence.matching import References

MOST = 64  #: rows that the inside writes down
NAMES = ("cat.1.jpg", "cat.2.jpg", "dog.1.jpg", "mydog.jpg", "wildcat.jpg", "z.jpg")
CATS = [True, True, False, False, True, False]


def made_references() -> References:
    """Return six pictures of coloured patches, read in both allowed ways."""
    generator = np.random.default_rng(3)
    pictures = (generator.random((6, 16, 16, 3)) * 255).astype(np.uint8).repeat(8, axis=1).repeat(8, axis=2)
    after = pictures.astype(np.float32) / np.float32(255)
    return References(NAMES, after, after + np.float32(0.002))


REFERENCES = made_references()
ORDER = [4, 0, 5, 2, 1, 3]
IMAGES = REFERENCES.after[ORDER]
ONEHOT = np.array([[1, 0] if CATS[picture] else [0, 1] for picture in ORDER], dtype=float)


def facts_of(images: Any, onehot: Any) -> dict[str, Any]:  # noqa: ANN401
    """Return the evidence of a run that returned these images and labels."""
    parts = {"images": images, "onehot": onehot}
    report: dict[str, Any] = {"listed": [NAMES[picture] for picture in ORDER]}
    artifacts = {}
    for name, part in parts.items():
        report[name] = {"type": type(part).__name__, "array": isinstance(part, np.ndarray)}
        array = np.asarray(part)
        if array.dtype.kind in "fiub" and len(array) <= MOST:
            artifacts[f"{name}.npy"] = npy(array)
            continue
        problem = "too_large" if array.dtype.kind in "fiub" else "not_numeric"
        report[name] |= {"problem": problem, "shape": list(array.shape), "dtype": str(array.dtype)}
    artifacts["folder.json"] = json.dumps(report).encode()
    return {"kind": "folder", **json.loads(json.dumps(folder_facts(artifacts, REFERENCES)))}


def judgements(bundle: BundleWithData, images: Any, onehot: Any) -> tuple[Judgement, Judgement]:  # noqa: ANN401
    """Return what the two checks conclude."""
    by_kind: dict[str, Any] = {check.kind: check for check in bundle.code.checks}
    context = Context(bundle, {"captures": dict.fromkeys(by_kind["images"].captures, facts_of(images, onehot))})
    return check_images(by_kind["images"], context), check_one_hot(by_kind["one_hot"], context)


def judged(bundle: BundleWithData, images: Any, onehot: Any) -> tuple[str | None, str | None]:  # noqa: ANN401
    """Return what is said against the images and the labels, in English."""
    one, other = judgements(bundle, images, onehot)
    return (None if one.passed else one.message.en), (None if other.passed else other.message.en)


def outcomes(bundle: BundleWithData, images: Any, onehot: Any, *kinds: str, **others: Any) -> list[Any]:  # noqa: ANN401
    """Return how the wanted checks come out, and because of which other; ``others`` are folders by their letter."""
    run = {"ending": "finished", "imported": True, "problem": None, "warnings": []}
    names = next(one.captures for one in bundle.code.checks if one.kind == "images")
    captures = {name: run | facts_of(*others.get(name[-1], (images, onehot))) for name in names}
    findings = check(bundle, {"captures": captures}, Selection(only=frozenset(kinds)), Phase.QUICK)
    return [(one.outcome.value, one.because) for one in findings if one.kind in kinds]


@pytest.mark.parametrize(
    "images",
    [
        pytest.param(IMAGES, id="divided after the resize"),
        pytest.param(REFERENCES.before[ORDER], id="divided before the resize"),
        pytest.param(IMAGES.astype(np.float64), id="float64"),
        pytest.param(IMAGES + np.float32(4e-6), id="rounded otherwise"),
    ],
)
@pytest.mark.parametrize("kind", ["float64", "float32", "uint8", "int64", "bool"])
def test_right_arrays_pass(course_bundle: Callable[..., BundleWithData], images: NDArray[Any], kind: str) -> None:
    """Rows in any order, both ways to divide and any numeric type of labels are right."""
    assert (None, None) == judged(course_bundle("cats-vs-dogs"), images, ONEHOT.astype(kind))


@pytest.mark.parametrize(
    ("images", "message"),
    [
        (IMAGES * 255, "The pixels are not divided by 255."),
        (IMAGES[..., ::-1], "The colour channels are in RGB order."),
        (IMAGES * np.float32(255 / 256), "The pixels are divided by 256, not by 255."),
        (IMAGES * 2 - 1, "The pixels lie between -1 and 1, not 0 and 1."),
        ((IMAGES * 255).astype(np.uint8), "float32 images expected, uint8 found."),
        (IMAGES[:, ::2, ::2], "Images of shape (6, 128, 128, 3) expected, (6, 64, 64, 3) found."),
        (IMAGES[:5], "1 file was not read: mydog.jpg."),
        (IMAGES[:1], "5 files were not read, for example cat.1.jpg."),
        (
            np.concatenate([IMAGES, IMAGES]),
            "Images of shape (6, 128, 128, 3) expected, (12, 128, 128, 3) found.",
        ),
        (list(IMAGES), "The images must be one numpy array of numbers; found list."),
        (IMAGES.astype(np.float16), "float32 images expected, float16 found."),
        (IMAGES.mean(axis=-1), "Images of shape (6, 128, 128, 3) expected, (6, 128, 128) found."),
        (np.repeat(IMAGES.mean(axis=-1, keepdims=True), 3, axis=-1), "The pictures are grey."),
        (IMAGES / 255, "The pixels are divided by 255 twice."),
        (IMAGES.reshape(6, 384, 128), "Images of shape (6, 128, 128, 3) expected, (6, 384, 128) found."),
        (np.zeros((500, 128, 128, 3)), "Images of shape (6, 128, 128, 3) expected, (500, 128, 128, 3) found."),
        (IMAGES[[0] * 6], "Row 1 shows wildcat.jpg, which stands in another row already."),
        (np.where(np.arange(6)[:, None, None, None] == 2, IMAGES + 0.016, IMAGES), "1 row does not hold its picture's"),
        (IMAGES + 0.016, "6 rows do not hold their picture's pixels, for example row 0 (wildcat.jpg): off by up to"),
        (np.zeros_like(IMAGES), "Row 0 shows none of the folder's pictures."),
        (IMAGES[[0, 0, 2, 3, 4, 5]], "Row 1 shows wildcat.jpg, which stands in another row already."),
    ],
)
def test_a_mistake_with_the_images_is_named_and_leaves_the_labels_alone(
    course_bundle: Callable[..., BundleWithData], images: NDArray[Any] | list[NDArray[Any]], message: str
) -> None:
    """Each usual mistake has its sentence, and right labels stay right beside it."""
    said, beside = judged(course_bundle("cats-vs-dogs"), images, ONEHOT)

    assert beside is None
    assert said is not None
    assert said.startswith(message)


@pytest.mark.parametrize(
    ("onehot", "message"),
    [
        (ONEHOT[:, ::-1], "The two columns are swapped."),
        (ONEHOT[::-1], "2 rows are wrong, for example row 0: the picture is wildcat.jpg, the label (0.0, 1.0)."),
        (np.zeros((6, 2)), "6 rows are wrong, for example row 0: the picture is wildcat.jpg, the label (0.0, 0.0)."),
        (np.ones((6, 2)), "6 rows are wrong, for example row 0: the picture is wildcat.jpg, the label (1.0, 1.0)."),
        (ONEHOT[:, 0], "One-hot labels of shape (6, 2) expected, (6,) found."),
        (ONEHOT[:4], "One-hot labels of shape (6, 2) expected, (4, 2) found."),
        (ONEHOT.tolist(), "The one-hot labels must be one numpy array of numbers; found list."),
        (ONEHOT.argmax(axis=1), "One-hot labels of shape (6, 2) expected, (6,) found."),
        (ONEHOT.T, "One-hot labels of shape (6, 2) expected, (2, 6) found."),
        (np.zeros((500, 2)), "One-hot labels of shape (6, 2) expected, (500, 2) found."),
        (np.where(ONEHOT > 0, "cat", "dog"), "One-hot labels are the numbers 0 and 1; an array of type <U3 found."),
        (ONEHOT.astype(object), "One-hot labels are the numbers 0 and 1; an array of type object found."),
        (np.roll(ONEHOT, 1, axis=0), "4 rows are wrong, for example row 0: the picture is wildcat.jpg, the label"),
        (np.full((6, 2), np.nan), "Labels are only 0 and 1; NaN or infinity was found."),
        (ONEHOT * 0.8 + 0.1, "Labels are only 0 and 1; 0.9 was found."),
        (ONEHOT * 2 - 1, "Labels are only 0 and 1; -1 was found."),
        (
            np.where(np.arange(6)[:, None] == 2, ONEHOT[:, ::-1], ONEHOT),
            "1 row is wrong, row 2: the picture is z.jpg, the label (1.0, 0.0).",
        ),
    ],
)
def test_wrong_labels_are_named(course_bundle: Callable[..., BundleWithData], onehot: Any, message: str) -> None:  # noqa: ANN401
    """Swapped columns, rows of other pictures, missing rows and wrong types each have their sentence."""
    beside, said = judged(course_bundle("cats-vs-dogs"), IMAGES, onehot)

    assert beside is None
    assert said is not None
    assert said.startswith(message)


def test_labels_are_judged_in_listed_order_where_pictures_are_unrecognisable(
    course_bundle: Callable[..., BundleWithData],
) -> None:
    """Black pictures are one mistake: labels in the order of the folder stay right."""
    said = judged(course_bundle("cats-vs-dogs"), np.zeros_like(IMAGES), ONEHOT)

    assert said[0] is not None
    assert said[1] is None


MIRRORED = IMAGES[:, :, ::-1]
UNSET = np.where(np.arange(6)[:, None] < 1, ONEHOT, 0)
BOTH = ("images", "one_hot")
TOLD = [("failed", None), ("skipped", "images")]
APART = [("failed", None), ("failed", None)]
ALONE = [("failed", None), ("passed", None)]


@pytest.mark.parametrize(
    ("images", "onehot", "found"),
    [
        pytest.param(ONEHOT, IMAGES, TOLD, id="swapped results"),
        pytest.param(IMAGES[:4], ONEHOT[:4], ALONE, id="right labels of four files"),
        pytest.param(IMAGES[:4], ONEHOT[:4, ::-1], APART, id="swapped labels of four files"),
        pytest.param(IMAGES[:4], ONEHOT[[0, 0, 0, 3]], APART, id="wrong labels of four files"),
        pytest.param(IMAGES[:1], ONEHOT[:1], TOLD, id="too few files to tell"),
        pytest.param(IMAGES[[0, 1, 4]], ONEHOT[[0, 1, 4]], TOLD, id="cats only"),
        pytest.param(IMAGES[:1], UNSET, TOLD, id="return in the loop"),
        pytest.param(IMAGES[1:], np.where(np.arange(6)[:, None] < 1, 0, ONEHOT), TOLD, id="first row never set"),
        pytest.param(IMAGES[:0], ONEHOT[:0], TOLD, id="no rows"),
        pytest.param(np.array([]), np.zeros((6, 2)), APART, id="nothing done"),
        pytest.param(np.array([]), ONEHOT, ALONE, id="labels alone"),
        pytest.param(IMAGES, UNSET, [("passed", None), ("failed", None)], id="labels never set"),
        pytest.param(MIRRORED, UNSET, APART, id="labels never set beside mirrored pictures"),
        pytest.param(MIRRORED, np.ones((6, 2)), APART, id="both columns set"),
        pytest.param(MIRRORED, np.roll(ONEHOT, 1, axis=0), TOLD, id="labels of mirrored pictures in another order"),
        pytest.param(MIRRORED, ONEHOT[[0] * 6], APART, id="too many cats"),
        pytest.param(MIRRORED, ONEHOT[:, ::-1], APART, id="swapped columns of mirrored pictures"),
        pytest.param(IMAGES[[0] * 6], ONEHOT[[0] * 6], TOLD, id="one cat everywhere"),
        pytest.param(
            np.concatenate([IMAGES, MIRRORED]), np.concatenate([ONEHOT, ONEHOT]), TOLD, id="mirrored pictures added"
        ),
        pytest.param(np.zeros((80, 128, 128, 3)), np.zeros((80, 2)), TOLD, id="too many rows to look at"),
        pytest.param(IMAGES[:4], np.zeros((500, 2)), APART, id="labels of a fixed number"),
    ],
)
def test_one_mistake_with_the_files_costs_one_check(
    course_bundle: Callable[..., BundleWithData],
    images: NDArray[Any],
    onehot: NDArray[Any],
    found: list[tuple[str, str | None]],
) -> None:
    """Labels fail for what is wrong with them, and are skipped where the images leave open whose they are."""
    bundle = course_bundle("cats-vs-dogs")

    assert found == outcomes(bundle, images, onehot, *BOTH)


@pytest.mark.parametrize(
    ("images", "onehot", "found"),
    [(IMAGES[:0], ONEHOT[:0], ALONE), (np.array([]), np.zeros((6, 2)), TOLD), (IMAGES, np.zeros((6, 2)), APART)],
)
def test_a_folder_of_which_nothing_was_read_takes_nothing_from_the_others(
    course_bundle: Callable[..., BundleWithData],
    images: NDArray[Any],
    onehot: NDArray[Any],
    found: list[tuple[str, str | None]],
) -> None:
    """A folder whose one file was passed over has no labels to be wrong; one that was read has."""
    bundle = course_bundle("cats-vs-dogs")

    assert found == outcomes(bundle, IMAGES[:4], ONEHOT[:4], *BOTH, c=(images, onehot))


@pytest.mark.parametrize("images", [IMAGES[[0] * 6], IMAGES[:1], np.zeros_like(IMAGES)])
def test_labels_are_never_right_by_wrong_images(
    course_bundle: Callable[..., BundleWithData], images: NDArray[Any]
) -> None:
    """Without the check of the images there is none to skip the labels for: they fail."""
    labels = np.tile([[1.0, 0.0]], (len(images), 1))

    assert [("failed", None)] == outcomes(course_bundle("cats-vs-dogs"), images, labels, "one_hot")


@pytest.mark.parametrize(
    ("images", "onehot", "hint"),
    [
        (IMAGES[[0, 0, 2, 3, 4, 5]], ONEHOT, "Read each file once"),
        (MIRRORED, ONEHOT, "Resize the whole picture with cv2.resize; do not turn, mirror, crop or round it."),
        (IMAGES[:1], ONEHOT, "Check the indentation"),
        (np.array([]), ONEHOT, "images is empty"),
        (IMAGES[:4], ONEHOT, "Take every file in the folder: begin with the first"),
        (ONEHOT, IMAGES, "Write return np.array(images), onehot."),
        (IMAGES, np.roll(ONEHOT, 1, axis=0), "The labels stand in another order than the pictures"),
        (IMAGES, ONEHOT[[0] * 6], "Look for cat in the file's name"),
        (IMAGES, np.zeros_like(ONEHOT), "Exactly one 1 stands in each row"),
        (IMAGES, np.ones_like(ONEHOT), "Exactly one 1 stands in each row"),
        (IMAGES, ONEHOT * 0.9, "Make the array with np.zeros"),
    ],
)
def test_the_hint_fits_the_mistake(
    course_bundle: Callable[..., BundleWithData], images: NDArray[Any], onehot: NDArray[Any], hint: str
) -> None:
    """What to do about repeated, turned, missing and disordered rows."""
    found = [one.hint.en for one in judgements(course_bundle("cats-vs-dogs"), images, onehot) if one.hint is not None]

    assert any(one.startswith(hint) for one in found)


def test_files_of_other_extensions_are_named(
    course_bundle: Callable[..., BundleWithData], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file whose extension nobody looked for is the example."""
    names = ("cat.1.jpg", "cat.2.jpg", "dog.1.jpg", "mydog.JPG", "wildcat.jpg", "z.JPG")
    monkeypatch.setattr(f"{__name__}.REFERENCES", References(names, REFERENCES.after, REFERENCES.before))
    small = [row for row, picture in enumerate(ORDER) if names[picture].endswith(".jpg")]
    found = judgements(course_bundle("cats-vs-dogs"), IMAGES[small], ONEHOT[small])[0]

    assert "2 files were not read, for example mydog.JPG." == found.message.en
    assert found.hint is not None
    assert "Take every file in the folder, extensions may have capital letters." == found.hint.en
