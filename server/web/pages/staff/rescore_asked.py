"""What the forms and addresses of rescoring ask for: a scope, a wish, and which items of a set are meant."""

import re
import uuid
from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import urlencode

from starlette.datastructures import FormData
from starlette.requests import Request

from grader.contract import Outcome, SubmissionOutcome
from server.database.models import Cause, Depth, ItemState
from server.rescoring import Pick, Scope, Wish
from server.rescoring.after import CHANGES
from server.web.fields import Fields, FormUnclear
from server.web.locale import Speaker
from server.web.visitor import text_of

LONGEST_REASON = 500
LONGEST_WORD = 200
MOST_STUDENTS = 1000
FASTEST = 100_000
MOST_REPEATS = 10
REPEATS = "2"

_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_BETWEEN = re.compile(r"[\s,;，；、]+")


def fields_of(request: Request, say: Speaker) -> Fields:
    """Return the fields of a form that was sent in the address."""
    return Fields(_sent_in(request), say)


def asked_scope(fields: Fields, course: str, zone: str) -> Scope:
    """Return which submissions a form asks for.

    Raises:
        FormUnclear: A field cannot be understood.

    """
    every = fields.has("every")
    since, until = fields.moment("since", zone), fields.moment("until", zone)
    if since and until and until <= since:
        fields.wrong["until"] = fields.say("rescore-until-first")
    check_outcome = fields.maybe("check_outcome", Outcome)
    scope = Scope(
        course,
        exercise=None if every else _word(fields, "exercise"),
        version=None if every else _digest(fields, "version"),
        students=_students(fields),
        since=since,
        until=until,
        outcomes=[one.value for one in fields.several("outcomes", SubmissionOutcome)],
        check=None if every else _word(fields, "check"),
        check_outcome=check_outcome.value if check_outcome else None,
        image=_word(fields, "image"),
        to_version=None if every else _digest(fields, "to_version"),
        depth=fields.maybe("depth", Depth),
    )
    fields.must_be_clear()
    return scope


def asked_wish(fields: Fields, course: str, zone: str) -> Wish:
    """Return how a rescore is to be made.

    Raises:
        FormUnclear: A field cannot be understood.

    """
    per_minute = fields.whole("per_minute", least=1, most=FASTEST)
    repeats = fields.whole("repeats", least=0, most=MOST_REPEATS)
    reason = fields.words("reason", longest=LONGEST_REASON, least=0)
    scope = asked_scope(fields, course, zone)
    return Wish(scope, per_minute=per_minute, repeats=int(REPEATS) if repeats is None else repeats, reason=reason)


def asked_pick(form: FormData) -> Pick:
    """Return which items of a set are meant; a word that is none of ours never means everything.

    Raises:
        FormUnclear: A word is none of ours.

    """

    def words(name: str) -> list[str]:
        return [str(word) for word in form.getlist(name) if word]

    changes, student = tuple(words("change")), text_of(form, "student").strip()
    try:
        pick = Pick(
            changes=changes,
            causes=tuple(Cause(word) for word in words("cause")),
            states=tuple(ItemState(word) for word in words("state")),
            before=tuple(SubmissionOutcome(word).value for word in words("before")),
            after=tuple(SubmissionOutcome(word).value for word in words("after")),
            student=student or None,
            submissions=tuple(uuid.UUID(word) for word in words("submission")),
        )
    except ValueError as error:
        raise FormUnclear from error
    if not set(changes) <= set(CHANGES) or len(student) > LONGEST_WORD or not student.isprintable():
        raise FormUnclear
    return pick


def pick_of_address(request: Request) -> Pick:
    """Return which items an address means.

    Raises:
        FormUnclear: A word is none of ours.

    """
    return asked_pick(_sent_in(request))


def pairs_of(pick: Pick) -> list[tuple[str, str]]:
    """Return a pick as the fields of a form, or of an address."""
    named: list[tuple[str, Sequence[object]]] = [
        ("change", pick.changes),
        ("cause", pick.causes),
        ("state", pick.states),
        ("before", pick.before),
        ("after", pick.after),
        ("student", [pick.student] if pick.student else []),
        ("submission", pick.submissions),
    ]
    return [(name, str(value)) for name, values in named for value in values]


def query_of(pick: Pick, **changes: object) -> str:
    """Return a pick, with some of it changed, as what stands behind the question mark of an address."""
    return urlencode(pairs_of(replace(pick, **changes)))  # type: ignore[arg-type]


def _sent_in(request: Request) -> FormData:
    """Return what stands behind the question mark of an address as a form."""
    return FormData([*request.query_params.multi_items()])


def _word(fields: Fields, name: str) -> str | None:
    return fields.words(name, longest=LONGEST_WORD, least=0) or None


def _digest(fields: Fields, name: str) -> str | None:
    typed = fields.words(name, longest=LONGEST_WORD, least=0)
    if typed and not _DIGEST.fullmatch(typed):
        fields.wrong[name] = fields.say("field-choice")
    return typed or None


def _students(fields: Fields) -> list[str]:
    """Return the login names that were typed, one a line or with commas between."""
    typed = fields.words("students", longest=MOST_STUDENTS * 65, least=0, lines=True)
    names = list(dict.fromkeys(name for name in _BETWEEN.split(typed) if name))
    if len(names) > MOST_STUDENTS:
        fields.wrong["students"] = fields.say("rescore-too-many", most=MOST_STUDENTS)
    return names
