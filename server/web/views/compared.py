"""The described layers beside the student's, where they differ: each with its neighbours, as lines of a comparison."""

from markupsafe import Markup, escape

from server.web.locale import Speaker
from server.web.views.model import LayerView, ModelView

MOST_LINES = 9


def compared_layers(model: ModelView, say: Speaker) -> tuple[Markup, Markup]:
    """Return what is asked for and what was found, line by line; nothing where no layer differs by itself."""
    wrong = {index for index, layer in enumerate(model.layers) if layer.status != "right"}
    if not wrong:
        return Markup(), Markup()
    near = sorted({place for index in wrong for place in (index - 1, index, index + 1)} & set(range(len(model.layers))))
    expected, found = [], []
    before = near[0] - 1
    for index in near[:MOST_LINES]:
        if index != before + 1:
            expected.append(Markup("…"))
            found.append(Markup("…"))
        expected.append(_expected(model.layers[index], say))
        found.append(_found(model.layers[index], say))
        before = index
    if len(near) > MOST_LINES:
        expected.append(Markup("…"))
        found.append(Markup("…"))
    return Markup("\n").join(expected), Markup("\n").join(found)


def _expected(layer: LayerView, say: Speaker) -> Markup:
    """Return the described layer; inserted where it is missing, with what differs marked."""
    if layer.status == "extra":
        return Markup("<ins>{}</ins>").format(say("no-such-layer"))
    if layer.status == "right":
        return escape(layer.kind)
    line = Markup("<ins>{}</ins>").format(layer.wanted or ", ".join(layer.corrections))
    return line + _shape(layer.flow.wanted_shape)


def _found(layer: LayerView, say: Speaker) -> Markup:
    """Return the student's layer; what differs is marked."""
    if layer.status == "missing":
        return Markup("<del>{}</del>").format(say("no-such-layer"))
    if layer.status == "right":
        return escape(layer.kind)
    if layer.status == "extra":
        return Markup("<del>{}</del>").format(" · ".join([layer.kind, *(one.text for one in layer.settings)]))
    marks = [Markup("<del>{}</del>").format(one.text) if one.wrong else escape(one.text) for one in layer.settings]
    name = (
        escape(layer.kind) if any(one.wrong for one in layer.settings) else Markup("<del>{}</del>").format(layer.kind)
    )
    return Markup(" · ").join([name, *marks]) + (_shape(layer.flow.shape) if layer.flow.wanted_shape else Markup())


def _shape(shape: str) -> Markup:
    """Return the shape that leaves a layer, behind an arrow."""
    return Markup(" → {}").format(shape) if shape else Markup()
