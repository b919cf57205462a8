"""Read a form field by field: every mistake is collected and told beside its field, and nothing typed is lost."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import TypeVar
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from starlette.datastructures import FormData

from exercises.text import Text
from server.courses.times import read_moment
from server.errors import Refused, UnclearTime
from server.web import csrf
from server.web.locale import Speaker
from server.web.visitor import text_of

Choice = TypeVar("Choice", bound=StrEnum)

LARGEST_NUMBER = 100_000
CLOCK = "%Y-%m-%dT%H:%M"  # as browsers write a date and time
PERCENT = 100


class FormUnclear(Refused):
    """Some fields of a form cannot be understood; each says why."""

    status = 422
    code = "form-unclear"
    default = Text(
        zh="有几处填写有误，已在对应位置标出；其余内容都保留着，什么都没有保存。",
        en="Some fields need another look; each says why. What you typed is kept, and nothing was saved.",
    )


class Fields:
    """One form that was sent.

    Attributes:
        say: The language of what is said about a field.
        wrong: Name of a field -> what is wrong with it.

    """

    def __init__(self, form: FormData, say: Speaker) -> None:
        """Read ``form``, and say what is wrong in the language of ``say``."""
        self._form = form
        self.say = say
        self.wrong: dict[str, str] = {}

    @property
    def typed(self) -> Mapping[str, str]:
        """Everything as it was typed, to be shown again."""
        return {name: text_of(self._form, name) for name in self._form}

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """Everything that was filled in, in order and with what was sent twice; without the form's token."""
        sent = self._form.multi_items()
        return [(name, value) for name, value in sent if isinstance(value, str) and value and name != csrf.FIELD]

    @property
    def query(self) -> str:
        """The same, as what stands behind the question mark of an address."""
        return urlencode(self.pairs)

    def all(self, name: str) -> list[str]:
        """Return everything that was sent under a name."""
        return [value for value in self._form.getlist(name) if isinstance(value, str)]

    def has(self, name: str) -> bool:
        """Tell whether a field, such as a ticked box or a pressed button, was sent."""
        return name in self._form

    def words(self, name: str, *, longest: int, least: int = 1, lines: bool = False) -> str:
        """Return text without spaces at its ends; of one line unless ``lines``."""
        typed = text_of(self._form, name).replace("\r\n", "\n").strip()
        readable = all(letter.isprintable() or (lines and letter in "\n\t") for letter in typed)
        if len(typed) < least:
            self.wrong[name] = self.say("field-empty")
        elif len(typed) > longest:
            self.wrong[name] = self.say("field-too-long", most=longest, n=len(typed))
        elif not readable:
            self.wrong[name] = self.say("field-unreadable")
        return typed

    def whole(self, name: str, *, least: int, most: int = LARGEST_NUMBER) -> int | None:
        """Return a whole number; None where nothing was typed."""
        typed = text_of(self._form, name).strip()
        if not typed:
            return None
        number = int(typed) if typed.isdecimal() and len(typed) <= len(str(LARGEST_NUMBER)) else -1
        if not least <= number <= most:
            self.wrong[name] = self.say("field-whole", least=least, most=most)
        return number

    def share(self, name: str) -> float:
        """Return a share of one, which is typed as percent or as points of a hundred."""
        typed = text_of(self._form, name).strip().removesuffix("%")
        try:
            number = float(typed)
        except ValueError:
            number = -1.0
        if not 0 <= number <= PERCENT:  # what is not a number fails here too
            self.wrong[name] = self.say("field-share")
            return 0.0
        return number / PERCENT

    def choice(self, name: str, kind: type[Choice]) -> Choice:
        """Return one of a few words."""
        typed = text_of(self._form, name)
        for member in kind:
            if member.value == typed:
                return member
        self.wrong[name] = self.say("field-choice")
        return next(iter(kind))

    def maybe(self, name: str, kind: type[Choice]) -> Choice | None:
        """Return one of a few words, or None where none was chosen."""
        return self.choice(name, kind) if text_of(self._form, name) else None

    def several(self, name: str, kind: type[Choice]) -> list[Choice]:
        """Return those of a few words that were chosen, each once, in the order in which the kind has them."""
        typed = set(self.all(name))
        if not typed <= {member.value for member in kind}:
            self.wrong[name] = self.say("field-choice")
        return [member for member in kind if member.value in typed]

    def moment(self, name: str, zone: str, stored: datetime | None = None) -> datetime | None:
        """Return what was typed by the clock of ``zone`` as a moment; None where nothing was typed.

        What was shown and left alone stays the moment that is stored, with the seconds that forms do not show.
        """
        typed = text_of(self._form, name).strip()
        if not typed:
            return None
        if typed == clock(stored, zone):
            return stored
        try:
            return read_moment(typed, zone, name)
        except UnclearTime as error:
            self.wrong[name] = self.say.of(error.sentence)
            return None

    def must_be_clear(self) -> None:
        """Go on if every field was understood.

        Raises:
            FormUnclear: Some were not.

        """
        if self.wrong:
            raise FormUnclear


def clock(moment: datetime | None, zone: str) -> str:
    """Return a moment as a form shows it: by the clock of ``zone``; nothing for None."""
    return "" if moment is None else moment.astimezone(ZoneInfo(zone)).strftime(CLOCK)
