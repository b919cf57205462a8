"""What Keras and numpy only warned of, told beside the first finding about the run in which they did."""

import dataclasses
from collections.abc import Mapping

from exercises.schema import Check
from exercises.text import Text
from grader.contract import Finding, Json, Outcome
from grader.hints import hint_for_warning
from grader.selecting import captures_of

MOST = 3  #: of one finding


def with_remarks(finding: Finding, check: Check, captures: Mapping[str, Json], told: set[str]) -> Finding:
    """Return a finding whose message also says what its runs were warned of.

    Args:
        finding: Of ``check``.
        check: Whose runs count.
        captures: The evidence of all runs.
        told: What was said beside earlier findings; added to.

    """
    if finding.outcome not in {Outcome.PASSED, Outcome.FAILED}:
        return finding
    remarks = [remark for name in captures_of(check) for remark in _remarks(captures.get(name))]
    fresh = [remark for remark in dict.fromkeys(remarks) if remark.en not in told][:MOST]
    told.update(remark.en for remark in fresh)
    message = finding.message
    for remark in fresh:
        message = Text(zh=f"{message.zh}{remark.zh}", en=f"{message.en} {remark.en}")
    return dataclasses.replace(finding, message=message)


def _remarks(capture: Json) -> list[Text]:
    """Return a sentence for each warning of one run that we have something to say about."""
    found = []
    for warning in (capture or {}).get("warnings", []):
        hint = Text.model_validate(warning["hint"]) if "hint" in warning else hint_for_warning(warning["text"])
        if hint is None:
            continue
        line = warning["line"]
        zh = "提示：" if line is None else f"提示（第 {line} 行）："
        en = "Note: " if line is None else f"Note (line {line}): "
        found.append(Text(zh=zh + hint.zh, en=en + hint.en))
    return found
