"""What students' pages reckon: shapes, curves, lines of layers, completions, explained words, the table of classes."""

import base64
import io
import json
from pathlib import Path

import pytest
from PIL import Image
from sampleverdicts import WANTED, accuracy, layers, parameters

from exercises import Bundle, load_catalogue
from server.progress import TrainingPoint
from server.settings import BUILT_IN_CATALOGUE
from server.submissions import NumberedPoint, TrainingProgress
from server.verdict_object import finding_object
from server.web.locale import speaker
from server.web.markdown import render
from server.web.views.checks import check_rows
from server.web.views.completions import completions
from server.web.views.curves import accuracy_curve, loss_curve
from server.web.views.model import model_view
from server.web.views.places import layer_lines, line_of
from server.web.views.reading import reading_view
from server.web.views.shapes import Layer, Shape, after, along
from server.web.views.training import learning_curves, training_line

EN = speaker("en")


@pytest.fixture(scope="module")
def catalogue_here() -> dict[str, Bundle]:
    """Return the exercises that come with the platform."""
    return load_catalogue(BUILT_IN_CATALOGUE, Path("var/data"))


def test_shapes_and_parameters_are_those_of_keras() -> None:
    """The table of the statement, reckoned from the layers."""
    found = along(WANTED, (28, 28, 1))

    assert [(24, 24, 32), (20, 20, 64), (10, 10, 64), (6400,), (128,), (10,)] == [shape for shape, _ in found]
    assert [832, 51_264, 0, 0, 819_328, 1290] == [parameters for _, parameters in found]


@pytest.mark.parametrize(
    ("layer", "entering", "expected"),
    [
        ({"layer": "Embedding", "input_dim": 1000, "output_dim": 64}, (None,), ((None, 64), 64_000)),
        ({"layer": "SimpleRNN", "units": 30}, (None, 64), ((30,), 30 * 94 + 30)),
        ({"layer": "LSTM", "units": 3, "return_sequences": True}, (7, 2), ((7, 3), 4 * (3 * 5 + 3))),
        ({"layer": "GRU", "units": 3}, (7, 2), ((3,), 3 * (3 * 5 + 6))),
        ({"layer": "Conv2D", "filters": 4, "kernel_size": [3, 3], "padding": "same"}, (9, 9, 2), ((9, 9, 4), 76)),
        ({"layer": "Conv2D", "filters": 4, "kernel_size": [3, 3], "strides": [2, 2]}, (9, 9, 2), ((4, 4, 4), 76)),
        ({"layer": "MaxPooling2D", "pool_size": [2, 2]}, (5, 5, 2), ((2, 2, 2), 0)),
        ({"layer": "GlobalAveragePooling2D"}, (5, 5, 2), ((2,), 0)),
        ({"layer": "BatchNormalization"}, (5, 5, 2), ((5, 5, 2), 8)),
        ({"layer": "Dense", "units": 3, "use_bias": False}, (4,), ((3,), 12)),
        ({"layer": "Dropout", "rate": 0.5}, (4,), ((4,), 0)),
        ({"layer": "Flatten"}, (None, 3), ((None,), 0)),
        ({"layer": "own code: Mine"}, (4,), (None, None)),
        ({"layer": "Conv2D", "filters": 4, "kernel_size": [9, 9]}, (5, 5, 1), (None, None)),
        ({"layer": "Dense"}, (4,), (None, None)),
        ({"layer": "Conv2D", "filters": 4, "kernel_size": [3, 3]}, (4,), (None, None)),
    ],
)
def test_each_layer_says_what_leaves_it(
    layer: Layer, entering: Shape, expected: tuple[Shape | None, int | None]
) -> None:
    """Known layers by Keras' rules; what is not known, or cannot be, says nothing instead of something wrong."""
    assert expected == after(layer, entering)


def test_the_arrows_show_what_is_and_what_should_be() -> None:
    """Where the student's shape differs it is marked; a missing layer passes on what came to it."""
    model = model_view([finding_object(layers(right=False)), finding_object(parameters(right=False))], EN)

    assert model is not None
    flows = [layer.flow for layer in model.layers]
    assert ["24×24×32", "22×22×64", "22×22×64", "30976", "128", "10"] == [flow.shape for flow in flows]
    assert ["", "20×20×64", "10×10×64", "6400", "", ""] == [flow.wanted_shape for flow in flows]
    assert (3_965_056, "819,328") == (flows[4].parameters, flows[4].wanted_parameters)


def test_shapes_that_do_not_add_up_are_not_shown() -> None:
    """Where the counted parameters are others, the reckoning does not fit this network."""
    counted = {**finding_object(parameters(right=False)), "actual": 5}
    model = model_view([finding_object(layers(right=False)), counted], EN)

    assert model is not None
    assert {""} == {layer.flow.shape for layer in model.layers}


def test_layers_stand_side_by_side_where_they_differ(catalogue_here: dict[str, Bundle]) -> None:
    """Expected and found line by line, with what differs marked and its line named."""
    finding = finding_object(layers(right=False))
    finding["actual"]["differences"][0]["place"] = 2
    source = "model.add(Input((28, 28, 1)))\nmodel.add(Conv2D(32, 5))\nmodel.add(\n    Conv2D(64, 3))\n"
    model = model_view([finding], EN, source)
    row = check_rows([finding], catalogue_here["cnn-digits"].exercise, EN, live=False, model=model)[0]

    assert "<ins>MaxPooling2D · 2×2</ins>" in row.expected
    assert "<del>(no such layer)</del>" in row.actual
    assert "<del>3×3</del>" in row.actual
    assert 4 == row.line
    assert len(row.expected.split("\n")) == len(row.actual.split("\n"))


def test_lines_of_layers_are_told_only_where_the_class_fits() -> None:
    """A wrong line is worse than none: loops, other names and programs that cannot be read name none."""
    lines = layer_lines("a = layers.MaxPool2D()\nb = helper(Dense(3))\n")

    assert [("MaxPooling2D", 1), ("Dense", 2)] == lines
    assert 1 == line_of(lines, 1, "MaxPooling2D")
    assert None is line_of(lines, 1, "Dense")
    assert None is line_of(lines, 9, "Dense")
    assert [] == layer_lines("def broken(")
    assert [] == layer_lines("(" * 5000)
    assert [] == layer_lines(None)


def test_a_curve_shows_what_is_not_reached_yet() -> None:
    """The line ends at the latest epoch; behind it lies a grey field; what is asked for is a line of its own."""
    points = [(1, 0.5), (2, 0.75)]
    curve = accuracy_curve(points, 4, EN, threshold=0.9)

    assert curve is not None
    assert ("75.0%", "90%") == (curve.latest, curve.threshold.text if curve.threshold else "")
    assert curve.points[-1][0] == curve.ahead
    assert ["50%", "75%", "100%"] == [row.text for row in curve.rows]
    assert ["1", "2", "3", "4"] == [column.text for column in curve.columns]


@pytest.mark.parametrize("values", [[], [(1, None)], [(1, float("nan"))]])
def test_nothing_measured_draws_nothing(values: list[tuple[int, float | None]]) -> None:
    """A training that tells no numbers gets no empty chart."""
    assert loss_curve(values, 3, EN) is None


@pytest.mark.parametrize("value", [0.0, 1e-9, 0.3, 2.302, 1e12])
def test_a_loss_of_any_size_stays_inside_its_chart(value: float) -> None:
    """The axis is a round number above it."""
    curve = loss_curve([(1, value), (2, value / 2)], 2, EN)

    assert curve is not None
    assert curve.ahead is None
    assert all(14 <= y <= 122 for _, y in curve.points)


def test_a_hundred_epochs_are_marked_now_and_then() -> None:
    """Marks of the axis stay few."""
    curve = loss_curve([(epoch, 1 / epoch) for epoch in range(1, 101)], 100, EN)

    assert curve is not None
    assert len(curve.columns) <= 6


def test_curves_come_with_the_words_and_stay_with_the_verdict() -> None:
    """While it trains from what it tells; afterwards from what the finding keeps."""
    told = TrainingProgress(1, tuple(NumberedPoint(n, TrainingPoint(n, 3, 1 / n, 0.5 + n / 10)) for n in (1, 2)))
    line = training_line(told, EN, 0.9)
    kept = learning_curves([finding_object(accuracy(right=True))], EN, 0.9)

    assert line is not None
    assert [("Loss", "0.5"), ("Accuracy", "70.0%")] == [(curve.name, curve.latest) for curve in line.curves]
    assert [("Loss", "0.14"), ("Accuracy", "95.8%")] == [(curve.name, curve.latest) for curve in kept]
    assert () == learning_curves([finding_object(accuracy(right=False))], EN)


def test_what_is_completed_stands_in_the_stub(catalogue_here: dict[str, Bundle]) -> None:
    """Imported names with their arguments; nothing that the solution alone would tell."""
    words = json.loads(completions(catalogue_here["cnn-digits"].stub or ""))

    assert {"Conv2D", "MaxPool2D", "Dense", "np"} <= set(words["names"])
    assert "LSTM" not in words["names"]
    assert ["pool_size", "strides", "padding"] == words["arguments"]["MaxPool2D"]
    assert [] == json.loads(completions("def broken("))["names"]


def test_hidden_rows_as_a_table_with_pictures(catalogue_here: dict[str, Bundle]) -> None:
    """Counts on the ramp, mistakes marked, the worst named, and real pictures of the hidden rows."""
    reading = reading_view([finding_object(accuracy(right=True))], catalogue_here["cnn-digits"])

    assert reading is not None
    assert (5, "err", "z", "h5") == (
        reading.wrong,
        reading.rows[4][9].css,
        reading.rows[0][1].css,
        reading.rows[0][0].css,
    )
    assert [(4, 9), (9, 4), (7, 2), (3, 5), (8, 3)] == [(one.right, one.taken) for one in reading.pictures]
    with Image.open(io.BytesIO(base64.b64decode(reading.pictures[0].address.partition(",")[2]))) as picture:
        assert (28, 28) == picture.size


def test_rows_that_are_no_pictures_show_none(catalogue_here: dict[str, Bundle]) -> None:
    """Reviews have no pictures, and a finding without a table shows no section."""
    finding = finding_object(accuracy(right=True))
    reading = reading_view([finding], catalogue_here["rnn-reviews"])

    assert reading is not None
    assert () == reading.pictures
    assert reading_view([{**finding, "actual": {"accuracy": 0.9}}], catalogue_here["cnn-digits"]) is None


def test_words_of_the_list_explain_themselves_once() -> None:
    """The first place of each word opens its meaning; later ones, headings, code and links stay as they are."""
    statement = (
        "## Kernel\n\nOne `kernel` and two kernels, a kernel; see [bias](x). The bias counts.\n\n"
        "## Words\n\n- **Kernel**: a table with $k$.\n- **Bias**: a number. **Epoch**: once through.\n"
    )
    html = str(render(statement))

    assert '<button type="button" class="term" popovertarget="word-1">kernels</button>, a kernel;' in html
    assert 'The <button type="button" class="term" popovertarget="word-2">bias</button> counts' in html
    assert '<div class="term-pop" id="word-1" popover><b>Kernel</b> a table with ' in html
    assert 'alttext="k"' in html
    assert 2 == html.count("popovertarget")
    assert "<h2>Kernel</h2>" in html


def test_an_explained_word_is_no_way_around_the_escaping() -> None:
    """An author's markup in a word or its meaning stays text."""
    html = str(render("A <b>x</b> here.\n\n## Words\n\n- **<b>x</b>**: <script>1</script>\n"))

    assert "<script>" not in html
    assert "<b>x</b>" not in html
