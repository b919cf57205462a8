"""The gate's report as one self-contained page: both languages, light and dark, nothing to load and no script.

The two switches are radio buttons; the style sheet asks which is checked. It is made from the server's own tokens, so
that the page looks as all others do.
"""

import re
from functools import cache
from itertools import groupby
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from exercises.text import Language
from server.gate.fates import Fate
from server.gate.mutants import Area
from server.gate.promises import Kept
from server.gate.report import Report, file_of
from server.gate.words import AREAS, FATES, TRAININGS, WORDS

HERE = Path(__file__).resolve().parent
STYLES = HERE.parent / "web" / "static" / "css"


def page_of(report: Report, language: Language, *, chart: str = "") -> str:
    """Return the page.

    Args:
        report: What the gate found.
        language: The language it opens in; the other is one press away.
        chart: A section of its own about the calibration, as safe HTML.

    """
    fated = report.fated or ()
    counts = {fate: len(report.with_fate(fate)) for fate in Fate}
    areas = {area: [one for one in fated if one.mutant.kind.area is area] for area in Area}
    return _environment().get_template("page.html").render(
        report=report,
        language=language,
        css=Markup(style_sheet()),  # noqa: S704 - our own files
        words=WORDS,
        fates=FATES,
        areas=AREAS,
        training=TRAININGS[report.training],
        killed=counts[Fate.KILLED],
        kinds=len({one.mutant.kind.id for one in fated}),
        other_fates=[(fate, count) for fate, count in counts.items() if fate is not Fate.KILLED and count],
        noteworthy=(
            ("survivors", "survivors_lead", report.survivors),
            ("equivalent", "", report.with_fate(Fate.EQUIVALENT)),
        ),
        by_area=[(area, some) for area, some in areas.items() if some],
        by_word=[(word, list(some)) for word, some in groupby(report.kept, key=_heading)],
        missing_keys=len({one.stated for one in report.disagreements}),
        file_of=file_of,
        chart=Markup(chart),  # noqa: S704 - drawn by us from numbers
        threshold="" if report.threshold is None else f"{report.threshold:.0%}",
    )  # fmt: skip


def _heading(kept: Kept) -> str:
    """Return under which heading a file stands: its folder's, or its own name."""
    file = kept.promise.file
    return kept.promise.word if file.parent.parent.name == "submissions" else file.name


@cache
def style_sheet() -> str:
    """Return all styles of the page: the server's tokens with switches in the place of attributes, and its base."""
    tokens = (STYLES / "tokens.css").read_text("utf-8")
    tokens = tokens.replace(':root:not([data-theme="light"])', ":root:not(:has(#theme-light:checked))")
    tokens = tokens.replace(':root[data-theme="dark"]', ":root:has(#theme-dark:checked)")
    sheets = (tokens, (STYLES / "base.css").read_text("utf-8"), (HERE / "page.css").read_text("utf-8"))
    return re.sub(r"/\*.*?\*/\s*|^\s+", "", "\n".join(sheets), flags=re.DOTALL | re.MULTILINE)


@cache
def _environment() -> Environment:
    """Return the template environment: everything is escaped, and an unknown name is an error."""
    return Environment(
        loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
