"""Refusals about courses, who takes part in them and what they hand out."""

from exercises.text import Text
from server.errors.refusals import Refused


class NotEnrolled(Refused):
    """The person takes no part in the course."""

    status = 403
    code = "not-enrolled"
    default = Text(
        zh="你尚未加入该课程，请联系教师把你加入课程。",
        en="You are not enrolled in this course; ask your teacher to add you.",
    )


class UnknownCourse(Refused):
    """No such course, or the person takes no part in it; which one is not said."""

    status = 404
    code = "unknown-course"
    default = Text(
        zh="没有这门课程，或你尚未加入；如应加入，请联系教师。",
        en="There is no such course, or you are not enrolled in it; if you should be, ask your teacher.",
    )


class UnknownExercise(Refused):
    """No such exercise, or none in a course of this person."""

    status = 404
    code = "unknown-exercise"
    default = Text(zh="你的课程中没有这个练习。", en="There is no such exercise in your courses.")


class AmbiguousCourse(Refused):
    """Several of the person's courses have the exercise; ``extra["courses"]`` names them."""

    status = 409
    code = "ambiguous-course"
    default = Text(
        zh="你有多门课程包含这个练习，请指明课程。",
        en="Several of your courses have this exercise; name the course.",
    )


class CourseArchived(Refused):
    """The course is over: everything can be read, nothing is taken in."""

    status = 409
    code = "course-archived"
    default = Text(
        zh="这门课程已归档，只能查看；如需继续使用，请教师先恢复课程。",
        en="This course is archived and can only be read; a teacher can take it out of the archive.",
    )


class SlugTaken(Refused):
    """A course of this slug exists."""

    status = 409
    code = "slug-taken"
    default = Text(zh="这个网址名字已被使用，请换一个。", en="This name in addresses is taken; choose another.")


class UnusableSlug(Refused):
    """The slug has a meaning of its own in our addresses."""

    status = 422
    code = "unusable-slug"
    default = Text(zh="这个网址名字是保留字，请换一个。", en="This name in addresses is reserved; choose another.")


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


class AlreadyInCourse(Refused):
    """Somebody who is to be added is in the course already."""

    status = 409
    code = "already-in-course"
    default = Text(
        zh="这个人已经在课程中；要改变角色，请在名单中修改。",
        en="This person is in the course already; change their role in the list.",
    )


class RosterFileMissing(Refused):
    """No file was chosen, or it did not arrive whole."""

    status = 422
    code = "roster-file-missing"
    default = Text(zh="请先选择一个 CSV 文件。", en="Choose a CSV file first.")


class RosterFileTooLarge(Refused):
    """The file is larger than a roster can be."""

    status = 413
    code = "roster-file-too-large"
    default = Text(
        zh="文件超过 500 KB，请分成几个文件导入。", en="The file is larger than 500 KB; split it and import the parts."
    )
