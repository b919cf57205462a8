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


# Submissions and drafts.


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


# Courses, their people and what they hand out.


class CourseArchived(Refused):
    """The course is over: everything can be read, nothing is taken in."""

    status = 409
    code = "course-archived"
    default = Text(
        zh="这门课程已归档，只能查看；如需继续使用，请教师先取消归档。",
        en="This course is archived and can only be read; a teacher can take it out of the archive.",
    )


class SlugTaken(Refused):
    """A course of this slug exists."""

    status = 409
    code = "slug-taken"
    default = Text(zh="这个课程代号已被使用，请换一个。", en="This slug belongs to another course; choose another.")


class UnusableSlug(Refused):
    """The slug has a meaning of its own in our addresses."""

    status = 422
    code = "unusable-slug"
    default = Text(zh="这个课程代号是保留字，请换一个。", en="This slug is reserved; choose another.")


class UnknownTimeZone(Refused):
    """The time zone is no name of the IANA database."""

    status = 422
    code = "unknown-time-zone"
    default = Text(
        zh="没有这个时区，请使用 IANA 名称，例如 Asia/Shanghai。",
        en="There is no such time zone; use an IANA name such as Asia/Shanghai or Europe/Berlin.",
    )


class UnknownJoinCode(Refused):
    """No course has this join code, or not any more."""

    status = 404
    code = "unknown-join-code"
    default = Text(
        zh="这个选课码无效或已停用，请向教师核对。",
        en="No course has this code (any more); ask your teacher for the present one.",
    )


class TooManyCodes(Refused):
    """Too many wrong join codes; ``extra["retry_after"]`` is in seconds."""

    status = 429
    code = "too-many-codes"
    default = Text(
        zh="输入错误的选课码次数过多，请稍后再试。", en="Too many wrong codes; wait a while before the next try."
    )


class UnknownPerson(Refused):
    """There is no such person, or nobody of this name in the course."""

    status = 404
    code = "unknown-person"
    default = Text(zh="没有这位用户，或此人不在课程中。", en="There is no such person (in this course).")


class LastTeacher(Refused):
    """The course would be left without a teacher."""

    status = 409
    code = "last-teacher"
    default = Text(
        zh="课程至少要有一位教师；请先把另一位成员设为教师。",
        en="A course needs a teacher; make somebody else a teacher first.",
    )


class RosterHasProblems(Refused):
    """Lines of the file cannot be used, so nothing was imported; ``extra["problems"]`` names each."""

    status = 422
    code = "roster-has-problems"
    default = Text(
        zh="名单文件中有错误，因此没有导入任何人；problems 逐行说明了问题。",
        en="The file has mistakes, so nobody was imported; problems names each line.",
    )


class AssignmentHasSubmissions(Refused):
    """Somebody has submitted to the assignment, so it stays."""

    status = 409
    code = "assignment-has-submissions"
    default = Text(
        zh="已有学生提交过这个练习，不能移除；可以设置关闭时间来停止接收。",
        en="There are submissions to this exercise, so it cannot be removed; set closes_at to take in no more.",
    )


class UnclearTime(Refused):
    """A time cannot be understood, or its local clock shows it never or twice; the sentence says which."""

    status = 422
    code = "unclear-time"
    default = Text(
        zh="请用 ISO 8601 写明日期和时间，例如 2026-09-30T23:59。",
        en="Write date and time as ISO 8601, such as 2026-09-30T23:59.",
    )


class TimesOutOfOrder(Refused):
    """Opening, due and closing time do not follow one another."""

    status = 422
    code = "times-out-of-order"
    default = Text(
        zh="时间顺序不对：开放时间须早于截止时间，截止时间不得晚于关闭时间。",
        en="The times are out of order: it opens before it is due, and is due no later than it closes.",
    )


class ExtensionTooEarly(Refused):
    """The extension would end before the time that everybody has."""

    status = 422
    code = "extension-too-early"
    default = Text(
        zh="延期时间早于所有人的截止时间；请选择更晚的时间。",
        en="This is earlier than the time everybody has; choose a later one.",
    )


class UnknownExtension(Refused):
    """The person has no extension for this exercise."""

    status = 404
    code = "unknown-extension"
    default = Text(zh="此人在这个练习上没有延期。", en="This person has no extension for this exercise.")


class LevelLocked(Refused):
    """The level before is not passed yet; ``extra["locked_by"]`` is its exercise id."""

    status = 403
    code = "level-locked"
    default = Text(zh="请先通过上一关。", en="Pass the level before this one first.")


class AssignmentClosed(Refused):
    """The assignment is closed for good; ``extra["closes_at"]`` says since when."""

    status = 403
    code = "assignment-closed"
    default = Text(zh="这个练习已经关闭，不再接收提交。", en="This exercise is closed and takes no more submissions.")


class SubmittedTooSoon(Refused):
    """The assignment asks for a pause between submissions; ``extra["retry_after"]`` is in seconds."""

    status = 429
    code = "submitted-too-soon"
    default = Text(
        zh="两次提交之间需要间隔一段时间，请先想一想再提交。",
        en="This exercise asks for a pause between submissions; use it to think.",
    )


# Imports of exercises.


class BundleUnusable(Refused):
    """What was imported is no exercise that could be used; ``extra`` names file, key and line."""

    status = 422
    code = "bundle-unusable"
    default = Text(zh="这个练习还不能使用。", en="This exercise cannot be used as it is.")


class ExerciseIdTaken(Refused):
    """The exercise's id belongs to somebody else, or to the platform."""

    status = 409
    code = "exercise-id-taken"
    default = Text(
        zh="这个练习 id 属于他人，请在 exercise.toml 里换一个 id。",
        en="This exercise id belongs to somebody else; choose another id in exercise.toml.",
    )


class UnknownImport(Refused):
    """No such import, or it is none of this person's; which one is not said."""

    status = 404
    code = "unknown-import"
    default = Text(zh="没有这次导入。", en="There is no such import.")


class UnknownVersion(Refused):
    """No such published version of an exercise, or this person may not see it."""

    status = 404
    code = "unknown-version"
    default = Text(zh="这个练习没有这个已发布的版本。", en="This exercise has no such published version.")


class TooManyImports(Refused):
    """The person's imports wait for the gate already; ``extra["most"]`` says how many may."""

    status = 429
    code = "too-many-imports"
    default = Text(
        zh="您有多个导入正在检查，请等它们检查完再导入。",
        en="Several of your imports are being checked; import more when that is done.",
    )


class NotCheckedYet(Refused):
    """The gate has not said yet whether the exercise may be published, or could not say."""

    status = 409
    code = "not-checked-yet"
    default = Text(
        zh="发布检查尚未完成，请稍后再发布。", en="The publishing gate has not finished; publish when it has."
    )


class GateNotPassed(Refused):
    """The gate found something; an admin may publish it in spite of that, with a reason."""

    status = 409
    code = "gate-not-passed"
    default = Text(
        zh="发布检查未通过，不能发布；请按报告修改后重新导入。管理员可以写明理由后发布。",
        en="The gate did not let this pass: mend what its report names and import it again. "
        "An admin may publish it with a reason.",
    )


class CheckNotDue(Refused):
    """An import is checked again only after a check that ended without success."""

    status = 409
    code = "check-not-due"
    default = Text(
        zh="这次导入正在检查或已通过检查。", en="This import is being checked, or has passed; it needs no check."
    )


# Accounts: who may come in, with which key, and who may change whom.


class MustChangePassword(Refused):
    """The person came in with a password that somebody gave them; a new one comes first."""

    status = 403
    code = "password-must-change"
    default = Text(
        zh="请先修改密码：当前密码由管理员设置，仅供首次登录使用。",
        en="Change your password first: the present one was given to you for signing in once.",
    )


class WrongPassword(Refused):
    """The present password, asked for before an important change, is wrong."""

    status = 403
    code = "wrong-password"
    default = Text(zh="当前密码不正确，请重新输入。", en="The present password is wrong; try again.")


class SamePassword(Refused):
    """The new password is the present one."""

    status = 422
    code = "same-password"
    default = Text(zh="新密码不能与当前密码相同。", en="The new password must differ from the present one.")


class NoPassword(Refused):
    """The person has no password: they only come in through another provider."""

    status = 409
    code = "no-password"
    default = Text(
        zh="您的账号没有密码，只能通过统一身份认证登录；如需密码，请联系管理员。",
        en="Your account has no password, you sign in through your organisation; an administrator can give you one.",
    )


class TooManyFailures(Refused):
    """Too many wrong passwords; ``extra["retry_after"]`` is in seconds."""

    status = 429
    code = "too-many-failures"
    default = Text(zh="错误次数过多，请稍后再试。", en="Too many failed attempts; wait a while and try again.")


class OutsideScope(Refused):
    """The token may not be used for this; ``extra["needs"]`` names the scope it lacks."""

    status = 403
    code = "outside-scope"
    default = Text(
        zh="该访问令牌的权限范围不包括此操作，请使用包含相应 scope 的令牌。",
        en="This token is not meant for that; use one that has the scope named in `needs`.",
    )


class TokenTooWide(Refused):
    """A token asks for one that may do more than itself, or lasts longer."""

    status = 403
    code = "token-too-wide"
    default = Text(
        zh="新令牌的权限与有效期不能超过用来创建它的令牌。",
        en="A token cannot make one that may do more than itself or lasts longer.",
    )


class UnknownApiToken(Refused):
    """The person has no such token."""

    status = 404
    code = "unknown-api-token"
    default = Text(zh="您没有这个访问令牌。", en="You have no such token.")


class UnknownSession(Refused):
    """The person has no such session."""

    status = 404
    code = "unknown-session"
    default = Text(zh="您没有这个登录会话。", en="You have no such session.")


class UnusableName(Refused):
    """A display name has no visible letters, too many, or some that break a line."""

    status = 422
    code = "unusable-name"
    default = Text(
        zh="显示名称须为 1 到 200 个可见字符，且只占一行。",
        en="A display name has 1 to 200 visible characters on one line.",
    )


class LastAdmin(Refused):
    """Nobody would be left who may manage people."""

    status = 409
    code = "last-admin"
    default = Text(
        zh="这是最后一位可用的管理员，不能停用或取消其管理员身份；请先指定另一位管理员。",
        en="This is the last administrator: name another one before disabling or demoting this one.",
    )


class IdentityTaken(Refused):
    """The identity at the provider belongs to another account."""

    status = 409
    code = "identity-taken"
    default = Text(
        zh="该统一身份认证账号已关联到另一个用户。",
        en="This identity is linked to another account already.",
    )


class UnknownIdentity(Refused):
    """The person has no such identity."""

    status = 404
    code = "unknown-identity"
    default = Text(zh="该用户没有关联这个身份。", en="This person has no such identity.")


class NoAccount(Refused):
    """Somebody whom the provider knows has no account here, and none is made by itself."""

    status = 403
    code = "no-account"
    default = Text(
        zh="您在本平台没有账号，或账号尚未与统一身份认证关联。请联系教师或管理员。",
        en="You have no account here, or it is not linked to this sign-in yet. Ask your teacher or an administrator.",
    )


class SignInFailed(Refused):
    """What came back from the provider cannot be trusted, is too old, or was used before; the log says which."""

    status = 400
    code = "sign-in-failed"
    default = Text(
        zh="统一身份认证登录未完成：链接已过期或已使用。请返回登录页重试。",
        en="Signing in did not work: the link is too old or was used before. Go back to the login and try again.",
    )


class ProviderAway(Refused):
    """The provider does not answer, or not as it should."""

    status = 503
    code = "provider-away"
    default = Text(
        zh="统一身份认证服务暂时没有回应，请稍后再试，或使用密码登录。",
        en="The sign-in service does not answer at the moment. Try again later, or sign in with your password.",
    )


# Backups.


class BackupUnusable(Exception):
    """The file is no backup, is damaged, or was written by a version we do not understand; nothing was touched."""


class DatabaseNotEmpty(Exception):
    """The database that was to be restored into holds something, or is in use; nothing was touched."""


# Corrections, appeals and personal data


class StillBeingJudged(Refused):
    """The submission has no verdict yet, so there is nothing to correct or to appeal against."""

    status = 409
    code = "still-being-judged"
    default = Text(
        zh="这次提交还没有评判结果，请等评判完成后再试。",
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
    default = Text(zh="评判结果中没有这一项检查。", en="The verdict has no such check; leave it out to mean all of it.")


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
        zh="这次提交没有程序：它是测验的答案，或者已随个人数据删除。",
        en="There is no program: a quiz was answered, or it was removed with the person's data.",
    )


class NotConfirmed(Refused):
    """What cannot be undone needs the person's login name as confirmation."""

    status = 422
    code = "not-confirmed"
    default = Text(
        zh="此操作无法撤销：请在 confirm 中填写该用户的用户名。",
        en="This cannot be undone: give the person's login name as `confirm`.",
    )


class NotOneself(Refused):
    """Nobody removes their own account this way."""

    status = 409
    code = "not-oneself"
    default = Text(
        zh="不能删除自己的账号，请由另一位管理员操作。",
        en="You cannot remove your own account; ask another administrator.",
    )
