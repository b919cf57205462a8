"""Refusals about exercises that are brought in and published."""

from exercises.text import Text
from server.errors.refusals import Refused


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
        zh="你有多个导入正在检查，请等它们检查完再导入。",
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
