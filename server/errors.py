"""The ways in which BeginEnd says no, each class named after the fact; and the ways in which it fails itself.

A :class:`Refused` is for the person who asked: it has an HTTP status, a stable code and a sentence in both languages.
Everything else here is a fault of ours and never says anything about a submission.
"""

from typing import ClassVar

from exercises.text import Text


class Refused(Exception):
    """The request was understood and is refused.

    Attributes:
        status: HTTP status.
        code: Stable kebab-case word for programs.
        sentence: What a person reads; says what to do.
        extra: Further members of the problem document.

    """

    status: ClassVar[int] = 400
    code: ClassVar[str] = "refused"
    default: ClassVar[Text] = Text(zh="请求被拒绝。", en="The request was refused.")

    def __init__(self, sentence: Text | None = None, **extra: object) -> None:
        self.sentence = sentence or self.default
        self.extra: dict[str, object] = extra
        super().__init__(self.sentence.en)


class NotSignedIn(Refused):
    """Nobody is signed in."""

    status = 401
    code = "not-signed-in"
    default = Text(zh="请先登录。", en="Please sign in first.")


class WrongCredentials(Refused):
    """The login name or the password is wrong; which one is not said."""

    status = 401
    code = "wrong-credentials"
    default = Text(zh="用户名或密码不正确，请重新输入。", en="The login name or the password is wrong; try again.")


class NotAllowed(Refused):
    """The person's role does not allow this."""

    status = 403
    code = "not-allowed"
    default = Text(zh="您没有进行此操作的权限。", en="Your role in this course does not allow this.")


class NotEnrolled(Refused):
    """The person takes no part in the course."""

    status = 403
    code = "not-enrolled"
    default = Text(
        zh="您尚未加入该课程，请联系教师把您加入课程。",
        en="You are not enrolled in this course; ask your teacher to add you.",
    )


class UnknownExercise(Refused):
    """No such exercise, or none in a course of this person."""

    status = 404
    code = "unknown-exercise"
    default = Text(zh="您的课程中没有这个练习。", en="There is no such exercise in your courses.")


class UnknownCourse(Refused):
    """No such course."""

    status = 404
    code = "unknown-course"
    default = Text(zh="没有这门课程。", en="There is no such course.")


class UnknownSubmission(Refused):
    """No such submission, or it belongs to somebody else; which one is not said."""

    status = 404
    code = "unknown-submission"
    default = Text(zh="没有这次提交。", en="There is no such submission.")


class AmbiguousCourse(Refused):
    """Several of the person's courses have the exercise; ``extra["courses"]`` names them."""

    status = 409
    code = "ambiguous-course"
    default = Text(
        zh="您有多门课程包含这个练习，请指明课程。",
        en="Several of your courses have this exercise; name the course.",
    )


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


class LoginTaken(Refused):
    """The login name belongs to somebody."""

    status = 409
    code = "login-taken"
    default = Text(zh="该用户名已被使用，请换一个。", en="This login name is taken; choose another.")


class UnusableLogin(Refused):
    """The login name or the password of a new account does not fit."""

    status = 422
    code = "unusable-login"
    default = Text(
        zh="用户名须为 1 到 64 个字符且不含空格；密码至少 8 个字符。",
        en="A login name has 1 to 64 characters and no spaces; a password has at least 8 characters.",
    )


class DatabaseAway(Exception):
    """The database cannot be reached at present; nothing was half done, the request may be sent again."""


class UnsafeSettings(Exception):
    """The settings do not fit together or would be unsafe; the message says what to set."""


class JudgingFault(Exception):
    """Judging failed for a reason of ours; the job is repeated, the student keeps reading "being judged"."""


class JudgingUnavailable(JudgingFault):
    """There is nothing to judge with at present (no sandbox); the job waits for as long as it takes."""


class JudgingBroke(Exception):
    """A check of ours raised: repeating cannot help, the submission becomes a system error at once."""


class BundleGone(Exception):
    """A published version of an exercise is not on the shelf of this machine."""


# Backups.


class BackupUnusable(Exception):
    """The file is no backup, is damaged, or was written by a version we do not understand; nothing was touched."""


class DatabaseNotEmpty(Exception):
    """The database that was to be restored into holds something, or is in use; nothing was touched."""
