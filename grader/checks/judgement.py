"""What one check concludes, before it is dressed as a finding, and what it may look at."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from exercises import Bundle
from exercises.text import Text
from grader.contract import Json


@dataclass(frozen=True, slots=True)
class Judgement:
    """The conclusion of a check."""

    passed: bool
    expected: Json
    actual: Json
    message: Text
    hint: Text | None = None
    told_by: str | None = None  #: id of the check that, where it failed, has told this mistake already

    @classmethod
    def right(cls, expected: Json, actual: Json, message: Text) -> Self:
        """Conclude that all is as it should be."""
        return cls(passed=True, expected=expected, actual=actual, message=message)

    @classmethod
    def wrong(cls, expected: Json, actual: Json, message: Text, hint: Text, told_by: str | None = None) -> Self:
        """Conclude that something is wrong, and say what to do about it; where another check said so, it need not."""
        return cls(passed=False, expected=expected, actual=actual, message=message, hint=hint, told_by=told_by)


@dataclass(frozen=True, slots=True)
class Context:
    """What checks may look at: the exercise, and the evidence of a submission."""

    bundle: Bundle
    evidence: Mapping[str, Json]

    def capture(self, name: str) -> Mapping[str, Json]:
        """Return one capture's evidence."""
        captured: Mapping[str, Json] = self.evidence["captures"][name]
        return captured
