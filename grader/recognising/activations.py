"""Mistakes with activations: forgotten, twice, in the wrong place or of another kind."""

from exercises.text import Text
from grader import keras_words as words
from grader.contract import Json
from grader.difference import place_of, short
from grader.messages import both
from grader.network import Step
from grader.recognising.seen import Seen


def softmax_of_one(seen: Seen) -> Text | None:
    """Recognise softmax over one number, which is always 1."""
    for step in seen.found.steps:
        if step.arguments.get("units") == 1 and step.arguments.get("activation") == "softmax":
            return Text(
                zh="只有 1 个神经元时，softmax 的结果永远是 1：softmax 要两个以上的神经元，一个神经元配 sigmoid。",
                en="Softmax over a single unit is always 1: it needs two units or more; one unit takes sigmoid.",
            )
    return None


def activation_twice(seen: Seen) -> Text | None:
    """Recognise an activation behind a layer that has its own."""
    for one in seen.different:
        if one.kind != "extra" or one.layer not in words.ACTIVATION_LAYERS or one.step <= 1:
            continue
        before = seen.found.steps[one.step - 2]
        has = _activation(before)
        if before.layer == "Activation" or has in {None, "linear"}:
            continue
        wanted = [other.expected for other in seen.changed("activation") if other.step == one.step - 1]
        if wanted:
            return _wrong_one_first(before, has, wanted[0], one.place)
        if before.layer in words.RECURRENT:
            return both(
                "{before} 已自带激活函数 {has}，请删去第 {place} 步。",
                "{before} has its activation ({has}) already: remove step {place}.",
                before=short(before),
                has=has,
                place=one.place,
            )
        return both(
            "第 {before} 步已有激活函数 {has}，请删去第 {place} 步的 {word}。",
            "Step {before} has its activation ({has}) already: remove the {word} of step {place}.",
            before=place_of(before),
            has=has,
            place=one.place,
            word=_word(seen.found.steps[one.step - 1]),
        )
    return None


def _wrong_one_first(before: Step, has: Json, wanted: Json, place: int) -> Text:
    """Tell that of two activations the first is the wrong one."""
    if wanted == "linear":
        return both(
            "第 {before} 步不应有激活函数，请删去它的 {has} 和第 {place} 步。",
            "Step {before} needs no activation: remove its {has}, and step {place}.",
            before=place_of(before),
            has=has,
            place=place,
        )
    return both(
        "请把第 {before} 步的激活函数 {has} 改为 {wanted}，并删去第 {place} 步。",
        "Change the activation of step {before} from {has} to {wanted}, and remove step {place}.",
        before=place_of(before),
        has=has,
        wanted=wanted,
        place=place,
    )


def other_activation_layer(seen: Seen) -> Text | None:
    """Recognise ``LeakyReLU()`` and the like in the place of an activation that the task names by a word."""
    for one in seen.different:
        if one.kind == "replaced" and one.layer in words.ACTIVATION_LAYERS and isinstance(one.expected, str):
            return both(
                "请删去第 {place} 步，在它前面的层里写 activation='{word}'。",
                "Remove step {place} and write activation='{word}' in the layer before it.",
                place=one.place,
                word=one.expected,
            )
    return None


def no_activation(seen: Seen) -> Text | None:
    """Recognise a forgotten activation, which leaves a layer linear and raises nothing."""
    for one in seen.changed("activation"):
        if one.layer in words.RECURRENT and one.expected == words.DEFAULTS[one.layer]["activation"]:
            return both(
                "请删去 activation=：{layer} 每一步自带 {word}；在后面另加 Activation 并不等价。",
                "Leave out activation=: {layer} applies {word} at every step by itself; an Activation behind it is not "
                "the same.",
                layer=one.layer,
                word=one.expected,
            )
    if any(one.found == "linear" and one.layer not in words.RECURRENT for one in seen.changed("activation")):
        return Text(
            zh="没有写 activation 的层是线性的；请在这一层里写上 activation=...，或在它后面加一层 Activation(...)。",
            en="A layer without activation is linear: write activation=... in it, or put Activation(...) behind it.",
        )
    return None


def _activation(step: Step) -> Json:
    """Return the activation that a layer applies, also where it is the one that Keras takes by itself."""
    return step.arguments.get("activation", words.DEFAULTS.get(step.layer, {}).get("activation"))


def _word(step: Step) -> str:
    """Return what an activation that is a layer is called."""
    return str(step.arguments.get("activation")) if step.layer == "Activation" else step.layer
