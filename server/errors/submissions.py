"""Refusals about what is handed in, and about what is said of verdicts."""

from exercises.text import Text
from server.errors.refusals import Refused


class UnknownSubmission(Refused):
    """No such submission, or it belongs to somebody else; which one is not said."""

    status = 404
    code = "unknown-submission"
    default = Text(zh="没有这次提交。", en="There is no such submission.")


class NotOpenYet(Refused):
    """The assignment opens later; ``extra["opens_at"]`` says when."""

    status = 403
    code = "not-open-yet"
    default = Text(zh="这个练习尚未开放。", en="This exercise is not open yet.")


class DeadlinePassed(Refused):
    """The assignment's due time is past; ``extra["due_at"]`` says since when."""

    status = 403
    code = "deadline-passed"
    default = Text(
        zh="截止时间已过，不能再提交。",
        en="The due time is past; this exercise takes no more submissions.",
    )


class AttemptsUsedUp(Refused):
    """Every allowed attempt was used; ``extra["max_attempts"]`` says how many there were."""

    status = 403
    code = "attempts-used-up"
    default = Text(zh="提交次数已用完。", en="All attempts for this exercise are used up.")


class TooManySubmissions(Refused):
    """More submissions in a minute than one person may send; ``extra["retry_after"]`` is in seconds."""

    status = 429
    code = "too-many-submissions"
    default = Text(
        zh="提交过于频繁，请稍等片刻再试。",
        en="You are submitting too often; wait a moment and try again.",
    )


class AnswerDoesNotFit(Refused):
    """The answer is not of the shape that the exercise asks for; the sentence says where."""

    status = 422
    code = "answer-does-not-fit"
    default = Text(zh="提交的内容与练习的要求不符。", en="The answer does not have the shape the exercise asks for.")


class IdempotencyConflict(Refused):
    """The idempotency key was used before, for something else."""

    status = 409
    code = "idempotency-conflict"
    default = Text(
        zh="这个 Idempotency-Key 已用于另一次提交，请换一个新的。",
        en="This Idempotency-Key was used for another submission; use a new one.",
    )


class JudgedAlready(Refused):
    """The submission has its verdict, or ended through a fault of ours, and cannot be taken back."""

    status = 409
    code = "judged-already"
    default = Text(
        zh="这次提交的评测已经结束，不能再撤回。",
        en="This submission is not being judged any more, so it cannot be withdrawn.",
    )


class NothingToRepeat(Refused):
    """Only a submission that ended through a fault of ours is judged again."""

    status = 409
    code = "nothing-to-repeat"
    default = Text(
        zh="只有因系统故障而结束的提交才能重新评测。",
        en="Only a submission that ended through a fault of ours can be judged again this way.",
    )


class NoDraft(Refused):
    """The person has no draft for the assignment."""

    status = 404
    code = "no-draft"
    default = Text(zh="没有保存过草稿。", en="No draft was saved.")


class DraftChanged(Refused):
    """Another device saved meanwhile; ``extra["draft"]`` is what is there now, None where it was deleted."""

    status = 412
    code = "draft-changed"
    default = Text(
        zh="草稿已在另一台设备上修改；draft 是最新的内容。",
        en="The draft was changed on another device; draft is what is there now.",
    )


class StillBeingJudged(Refused):
    """The submission has no verdict yet, so there is nothing to correct or to appeal against."""

    status = 409
    code = "still-being-judged"
    default = Text(
        zh="这次提交还没有判定，请等评测完成后再试。",
        en="This submission has no verdict yet; wait until it is judged.",
    )


class NoCorrection(Refused):
    """No correction is in force for the submission."""

    status = 404
    code = "no-correction"
    default = Text(zh="这次提交没有生效中的更正。", en="No correction is in force for this submission.")


class UnknownCheck(Refused):
    """The verdict has no such check."""

    status = 422
    code = "unknown-check"
    default = Text(zh="判定中没有这一项检查。", en="The verdict has no such check; leave it out to mean all of it.")


class AppealOpenAlready(Refused):
    """An appeal against this verdict waits for its answer."""

    status = 409
    code = "appeal-open-already"
    default = Text(
        zh="这次提交已有一个申诉正在等待答复。",
        en="An appeal against this verdict is waiting for its answer already.",
    )


class UnknownAppeal(Refused):
    """No such appeal, or none in a course of this person; which one is not said."""

    status = 404
    code = "unknown-appeal"
    default = Text(zh="没有这个申诉。", en="There is no such appeal.")


class AppealAnswered(Refused):
    """The appeal has its answer."""

    status = 409
    code = "appeal-answered"
    default = Text(zh="这个申诉已经答复过了。", en="This appeal has been answered already.")


class NoProgram(Refused):
    """What was submitted is no program: a quiz's answers, or nothing any more."""

    status = 409
    code = "no-program"
    default = Text(
        zh="这次提交没有程序：它是小测的答案，或者已随个人数据删除。",
        en="There is no program: a quiz was answered, or it was removed with the person's data.",
    )
