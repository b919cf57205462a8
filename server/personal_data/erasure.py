"""Remove a person: what they wrote, what quotes it, and who they are. Verdicts stay, as those of nobody.

The row of the person stays under a placeholder, so that verdicts, the audit and statistics still have something to
point at. One thing of a quiz stays too: which of the exercise's own options were chosen, as the analysis of its
questions counts them; what was typed goes.
"""

import secrets
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, delete, func, literal, select, true, update
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession

from server import audit
from server.accounts.administration import hold_admins, must_leave_an_admin
from server.accounts.standing import is_welcome
from server.database.models import (
    OPEN,
    ApiToken,
    Appeal,
    AppealState,
    Correction,
    Draft,
    ExerciseVersion,
    Extension,
    FindingRow,
    Grading,
    Identity,
    Kind,
    LoginSession,
    ProgressRow,
    RescoreItem,
    State,
    Submission,
    User,
    WorkingCopy,
)
from server.errors import NotConfirmed, NotOneself, UnknownPerson
from server.permissions import PlatformAction, allow_on_platform
from server.submissions.grading import notify

#: What stays of a finding: what the exercise says, and how it came out. ``chosen`` holds option ids of a quiz.
KEPT = ("id", "kind", "title", "outcome", "weight", "partly", "required", "because", "expected", "chosen")
GONE = {"zh": "已随个人数据删除。", "en": "Removed with the person's data."}


@dataclass(frozen=True, slots=True)
class Erased:
    """What was removed.

    Attributes:
        submissions: How many lost their content.
        artifacts: Digests that nothing names any more; the caller removes the files once this is committed.

    """

    submissions: int
    artifacts: Sequence[str]


async def erase_person(session: AsyncSession, actor: User | None, user_id: uuid.UUID, *, confirm: str) -> Erased:
    """Remove a person.

    Args:
        session: A unit of work.
        actor: Who does it; None for the operator at the command line.
        user_id: Whom.
        confirm: Their login name, as this cannot be undone.

    Raises:
        NotAllowed: ``actor`` does not manage people.
        NotOneself: It is ``actor``.
        UnknownPerson: There is nobody of this id.
        NotConfirmed: ``confirm`` is not their login name.
        LastAdmin: Nobody would be left who may manage people.

    """
    if actor is not None:
        allow_on_platform(actor, PlatformAction.MANAGE_PEOPLE)
        if actor.id == user_id:
            raise NotOneself
    await hold_admins(session)
    person = await _hold(session, user_id)
    if confirm != person.login:
        raise NotConfirmed
    was_admin = person.is_admin and is_welcome(person)
    submissions = await _hold_submissions(session, user_id)
    await _stop(session, submissions)
    artifacts = await _empty_gradings(session, submissions)
    await _empty_submissions(session, submissions)
    await _forget(session, user_id)
    await _make_anonymous(session, user_id)
    if was_admin:
        await must_leave_an_admin(session)
    audit.note(session, actor, "user.erase", user_id, submissions=len(submissions))
    return Erased(len(submissions), artifacts)


async def _hold(session: AsyncSession, user_id: uuid.UUID) -> User:
    """Return the person; while they are held they can submit nothing."""
    held = select(User).where(User.id == user_id, User.deleted_at.is_(None)).with_for_update(key_share=True)
    person: User | None = await session.scalar(held.execution_options(populate_existing=True))
    if person is None:
        raise UnknownPerson
    return person


async def _hold_submissions(session: AsyncSession, user_id: uuid.UUID) -> Sequence[uuid.UUID]:
    """Hold every submission, so that no worker writes a verdict between here and the commit."""
    held = select(Submission.id).where(Submission.user_id == user_id).order_by(Submission.id)
    return (await session.scalars(held.with_for_update(key_share=True))).all()


async def _stop(session: AsyncSession, submissions: Sequence[uuid.UUID]) -> None:
    """Cancel what is still on its way; a worker that is at it finds its claim outdated and writes nothing."""
    stopped = await session.scalars(
        update(Submission)
        .where(Submission.id.in_(submissions), Submission.state.in_(OPEN))
        .values(state=State.CANCELLED, attempt=Submission.attempt + 1, finished_at=func.clock_timestamp())
        .returning(Submission.id)
    )
    for submission_id in stopped.all():
        await notify(session, submission_id)


async def _empty_gradings(session: AsyncSession, submissions: Sequence[uuid.UUID]) -> Sequence[str]:
    """Keep scores and outcomes of gradings alone; return the artifacts that nobody else's grading names."""
    mine = Grading.submission_id.in_(submissions)
    in_sets = RescoreItem.submission_id.in_(submissions)
    named = await _artifacts(session, mine, in_sets)
    await _keep_choices(session, submissions)
    gradings = select(Grading.id).where(mine)
    await session.execute(update(FindingRow).where(FindingRow.grading_id.in_(gradings)).values(data=_what_stays()))
    await session.execute(update(Grading).where(mine).values(evidence={}, artifacts={}, error=None, stdout=""))
    return sorted(named - await _artifacts(session, Grading.artifacts != literal({}, JSONB), ~in_sets))


async def _artifacts(session: AsyncSession, which: ColumnElement[bool], in_sets: ColumnElement[bool]) -> set[str]:
    """Return the digests that gradings name, and verdicts of rescores that may count one day."""
    each = func.jsonb_each_text(Grading.artifacts).table_valued("key", "value").lateral("each")
    named = select(each.c.value).select_from(Grading).join(each, true()).where(which).distinct()
    kept = RescoreItem.result["artifacts"]
    of_item = func.jsonb_each_text(kept).table_valued("key", "value").lateral("of_item")
    held = (RescoreItem.result.has_key("artifacts"), func.jsonb_typeof(kept) == "object")
    waiting = select(of_item.c.value).select_from(RescoreItem).join(of_item, true()).where(in_sets, *held).distinct()
    return {*await session.scalars(named), *await session.scalars(waiting)}


def _what_stays() -> Any:  # noqa: ANN401 - an expression of SQL
    """Return the expression for a finding without what the person wrote or what quotes it."""
    each = func.jsonb_each(FindingRow.data).table_valued("key", "value", name="each")
    kept = select(func.jsonb_object_agg(each.c.key, each.c.value)).where(each.c.key.in_(KEPT)).scalar_subquery()
    return func.coalesce(kept, literal({}, JSONB)).op("||")(
        literal({"actual": None, "message": GONE, "hint": None}, JSONB)
    )


async def _keep_choices(session: AsyncSession, submissions: Sequence[uuid.UUID]) -> None:
    """Note which of a question's own options were chosen."""
    rows = await session.execute(
        select(FindingRow, ExerciseVersion.manifest)
        .join(Grading, Grading.id == FindingRow.grading_id)
        .join(Submission, Submission.id == Grading.submission_id)
        .join(ExerciseVersion, ExerciseVersion.id == Submission.exercise_version_id)
        .where(Submission.id.in_(submissions), Submission.kind == Kind.ANSWERS)
    )
    for finding, manifest in rows:
        options = {
            option["id"]
            for question in manifest["questions"]
            if question["id"] == finding.check_id
            for option in question["options"]
        }
        chosen = [one for one in finding.data.get("actual") or () if one in options]
        finding.data = {**finding.data, "chosen": chosen}
    await session.flush()


async def _empty_submissions(session: AsyncSession, submissions: Sequence[uuid.UUID]) -> None:
    """Remove what was sent, and what was said about it."""
    theirs = Appeal.submission_id.in_(submissions)
    await session.execute(
        update(Submission)
        .where(Submission.id.in_(submissions))
        .values(answer={}, source="", sha256="", idempotency_key=None, fault=None)
    )
    await session.execute(delete(RescoreItem).where(RescoreItem.submission_id.in_(submissions)))
    await session.execute(delete(ProgressRow).where(ProgressRow.submission_id.in_(submissions)))
    await session.execute(
        update(Appeal)
        .where(theirs, Appeal.state == AppealState.OPEN)
        .values(state=AppealState.REJECTED, answered_at=func.now())
    )
    await session.execute(update(Appeal).where(theirs).values(words="", answer=None))
    await session.execute(update(Correction).where(Correction.submission_id.in_(submissions)).values(reason=""))


async def _forget(session: AsyncSession, user_id: uuid.UUID) -> None:
    """Remove what is the person's alone."""
    for table in (Identity, LoginSession, ApiToken, Draft, WorkingCopy):
        await session.execute(delete(table).where(table.user_id == user_id))
    await session.execute(update(Extension).where(Extension.user_id == user_id).values(reason=""))


async def _make_anonymous(session: AsyncSession, user_id: uuid.UUID) -> None:
    """Let the row stand for nobody, under a name that nobody can guess or come in with."""
    placeholder = f"deleted-{secrets.token_hex(16)}"
    await session.execute(
        update(User)
        .where(User.id == user_id)
        .values(
            login=placeholder,
            display_name=placeholder,
            password_hash=None,
            language="zh",
            is_admin=False,
            is_author=False,
            must_change_password=False,
            disabled_at=func.coalesce(User.disabled_at, func.now()),
            deleted_at=func.now(),
        )
    )
