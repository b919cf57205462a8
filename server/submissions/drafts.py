"""What a person has written and not handed in yet: one draft for each assignment, the same on all their devices.

A draft is kept until it is overwritten or deleted; handing in leaves it alone. Its number grows with each save, so that
a device which did not see the latest one can be told instead of overwriting it.
"""

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from exercises import Bundle
from server.database.models import Assignment, Draft, User
from server.errors import DraftChanged, NoDraft
from server.permissions import Action, allow
from server.submissions.answers import Answer, read_answer


async def read_draft(session: AsyncSession, user: User, assignment: Assignment) -> Draft:
    """Return the person's draft.

    Raises:
        NoDraft: There is none.

    """
    draft = await find_draft(session, user, assignment)
    if draft is None:
        raise NoDraft
    return draft


async def save_draft(
    session: AsyncSession,
    user: User,
    assignment: Assignment,
    bundle: Bundle,
    answer: Answer,
    *,
    known: int | None = None,
) -> Draft:
    """Keep a draft in the place of the one before.

    Args:
        session: A unit of work.
        user: Whose.
        assignment: For what.
        bundle: The version of the exercise that the assignment hands out.
        answer: What was written; it could be handed in as it is.
        known: The number of the draft that it follows, 0 where there was none; None overwrites whatever is there.

    Raises:
        AnswerDoesNotFit: It could not be handed in.
        NotEnrolled: The person takes no part in the course.
        DraftChanged: Another device has saved, or deleted, the draft since; ``extra["draft"]`` is what is there now.

    """
    await allow(session, user, Action.SUBMIT, assignment.course_id)
    sent = read_answer(bundle, answer).sent
    changed = {"answer": sent, "number": Draft.number + 1, "updated_at": func.clock_timestamp()}
    mine = (Draft.user_id == user.id, Draft.assignment_id == assignment.id)
    if known is None:
        row = insert(Draft).values(user_id=user.id, assignment_id=assignment.id, answer=sent)
        await session.execute(row.on_conflict_do_update(index_elements=["user_id", "assignment_id"], set_=changed))
    else:
        follows = update(Draft).where(*mine, Draft.number == known).values(**changed)
        begins = (
            insert(Draft).values(user_id=user.id, assignment_id=assignment.id, answer=sent).on_conflict_do_nothing()
        )
        saved = await session.execute((follows if known else begins).returning(Draft.number))
        if saved.one_or_none() is None:
            present = await find_draft(session, user, assignment)
            raise DraftChanged(draft=None if present is None else described(present))
    return await read_draft(session, user, assignment)


async def delete_draft(session: AsyncSession, user: User, assignment: Assignment) -> None:
    """Forget the person's draft; it is fine if there is none."""
    await session.execute(delete(Draft).where(Draft.user_id == user.id, Draft.assignment_id == assignment.id))


def described(draft: Draft) -> dict[str, object]:
    """Return a draft as plain JSON data."""
    return {**draft.answer, "number": draft.number, "updated_at": draft.updated_at.isoformat()}


async def find_draft(session: AsyncSession, user: User, assignment: Assignment) -> Draft | None:
    """Return the person's draft, or None."""
    draft: Draft | None = await session.scalar(
        select(Draft)
        .where(Draft.user_id == user.id, Draft.assignment_id == assignment.id)
        .execution_options(populate_existing=True)
    )
    return draft
