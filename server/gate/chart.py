"""The calibration as a drawing: a dot for each training of the reference, the baselines, and the threshold between."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from markupsafe import Markup, escape

from exercises.text import Text
from server.calibration import Report

WIDTH, HEIGHT = 760, 200
LEFT, RIGHT, GROUND = 30, 730, 160
DOT = 6  #: radius
LEAST = 1e-6  #: the smallest probability that is told as it is

NAMES: Mapping[str, Text] = MappingProxyType(
    {
        "majority": Text(zh="总答同一类", en="one answer for all"),
        "untrained": Text(zh="没有训练", en="untrained"),
        "linear": Text(zh="线性模型", en="linear model"),
    }
)
TITLE = Text(zh="校准", en="Calibration")
LEAD = Text(
    zh="参考答案换 {0} 个种子各训练一次：平均 {1}，标准差 {2}。按整套规则，正确的答案被误判的概率是 {3}。",
    en="The solution trained with {0} seeds: mean {1}, standard deviation {2}. Under the whole rule a right solution "
    "fails with a probability of {3}.",
)
THRESHOLD = Text(zh="门槛 {0}", en="threshold {0}")


def calibration_section(report: Report, threshold: float, odds: float) -> Markup:
    """Return a section of the page: the drawing, and in a sentence what it shows.

    Args:
        report: What was measured.
        threshold: The accuracy that is asked for, as a share.
        odds: The probability that a right solution fails.

    """
    lead = Text(
        zh=LEAD.zh.format(len(report.runs), _percent(report.mean), f"{report.sd:.2%}", _rare(odds)),
        en=LEAD.en.format(len(report.runs), _percent(report.mean), f"{report.sd:.2%}", _rare(odds)),
    )
    shapes = Markup("").join(_shapes(report, threshold))
    return Markup(
        '<section class="sec"><div class="bar"><h2>{}</h2></div><div class="card pad"><div class="scroll">'
        '<svg class="chart" viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg></div><p class="sub">{}</p>'
        "</div></section>"
    ).format(_both(TITLE, "span"), WIDTH, HEIGHT, escape(lead.en), shapes, _both(lead, "span"))


def _shapes(report: Report, threshold: float) -> Iterator[Markup]:
    """Yield the parts of the drawing, those behind first."""
    runs = [run.accuracy for run in report.runs]
    low = min(*runs, threshold, *(min(one.accuracies) for one in report.baselines), 1) - 0.02
    high = max(*runs, threshold) + 0.02

    def place(share: float) -> float:
        return round(LEFT + (share - low) / (high - low) * (RIGHT - LEFT), 1)

    yield Markup('<path class="axis" d="M{} {}H{}"/>').format(LEFT, GROUND, RIGHT)
    for tenth in range(int(low * 20) + 1, int(high * 20) + 1):
        x = place(tenth / 20)
        yield Markup('<text x="{}" y="{}" text-anchor="middle">{}</text>').format(x, GROUND + 18, f"{tenth * 5}%")
    for number, one in enumerate(report.baselines):
        name = NAMES.get(one.name, Text(zh=one.name, en=one.name))
        x, y = place(max(one.accuracies)), 30 + number % 5 * 18
        yield Markup('<path class="base" d="M{} {}V{}"/>').format(x, y + 4, GROUND)
        yield _both(name, "text", Markup('x="{}" y="{}" text-anchor="middle"').format(max(x, 60), y))
    x = place(threshold)
    yield Markup('<path class="thr" d="M{} 24V{}"/>').format(x, GROUND)
    label = Text(zh=THRESHOLD.zh.format(_percent(threshold)), en=THRESHOLD.en.format(_percent(threshold)))
    yield _both(label, "text", Markup('x="{}" y="16" text-anchor="middle"').format(min(x, RIGHT - 40)))
    yield from _dots([place(run) for run in sorted(runs)])


def _dots(places: list[float]) -> Iterator[Markup]:
    """Yield a dot for each place; those that would cover each other are stacked."""
    placed: list[tuple[float, int]] = []
    for x in places:
        level = 0
        while any(abs(x - other) < 2 * DOT and level == height for other, height in placed):
            level += 1
        placed.append((x, level))
        y = GROUND - DOT - 2 - level * 2 * DOT
        yield Markup('<circle class="run" cx="{}" cy="{}" r="{}"/>').format(x, y, DOT)


def _both(text: Text, tag: str, attributes: Markup = Markup("")) -> Markup:  # noqa: B008 - an empty text never changes
    """Return a sentence in both languages, of which the style sheet shows one."""
    one = Markup('<{} class="zh" lang="zh-CN" {}>{}</{}>').format(tag, attributes, text.zh, tag)
    return one + Markup('<{} class="en" lang="en" {}>{}</{}>').format(tag, attributes, text.en, tag)


def _percent(share: float) -> str:
    """Return a share as people write it."""
    return f"{share * 100:.1f}%".replace(".0%", "%")


def _rare(odds: float) -> str:
    """Return a small probability in per cent."""
    return f"{odds:.4%}" if odds >= LEAST else f"< {LEAST:.4%}"
