"""Refusals about rescores."""

from exercises.text import Text
from server.errors.refusals import Refused


class UnknownRescore(Refused):
    """No such rescore, or it is of a course in which this person may not rescore; which one is not said."""

    status = 404
    code = "unknown-rescore"
    default = Text(zh="没有这次重评。", en="There is no such rescore.")


class NothingToRescore(Refused):
    """No submission fits what was asked for."""

    status = 422
    code = "nothing-to-rescore"
    default = Text(
        zh="没有符合条件的提交，请放宽条件。", en="No submission fits what you asked for; ask for less to hold."
    )


class CannotRescoreBy(Refused):
    """The version to judge by is another kind of exercise."""

    status = 422
    code = "cannot-rescore-by"
    default = Text(
        zh="不能用另一种练习的版本来重评这些提交。",
        en="These submissions cannot be judged by that version: it is another kind of exercise.",
    )


class RescoreNotDue(Refused):
    """The rescore is not in a state in which this can be done; ``state`` says in which it is."""

    status = 409
    code = "rescore-not-due"
    default = Text(zh="这次重评现在的状态不允许这样做。", en="The rescore is not in a state in which this can be done.")


class RescoreHasErrors(Refused):
    """Some items could not be worked out and nobody has decided about them; ``errors`` says how many."""

    status = 409
    code = "rescore-has-errors"
    default = Text(
        zh="有些提交没能重评：请重试，或决定保留它们现在的判定，然后再应用。",
        en="Some submissions could not be rescored: try them again, or decide to keep their present verdicts, first.",
    )


class RescoreOutdated(Refused):
    """Verdicts have changed since they were rescored; ``outdated`` counts them, ``submissions`` names the first."""

    status = 409
    code = "rescore-outdated"
    default = Text(
        zh="有些提交的判定在重评之后又变了：请重新计算它们，或只应用其余的。",
        en="Some verdicts have changed since they were rescored: work those out again, or apply the rest only.",
    )


class NothingToApply(Refused):
    """Nothing that was asked for would change."""

    status = 409
    code = "nothing-to-apply"
    default = Text(zh="没有需要应用的改变。", en="There is nothing to apply: no verdict that you named would change.")


class TrialNeverCounts(Refused):
    """The set tries a sandbox image; what it came to is to be read, not applied."""

    status = 409
    code = "trial-never-counts"
    default = Text(
        zh="这次重评只是试用新的沙箱镜像，不能应用。换用镜像之后再重评。",
        en="This set only tries a sandbox image and never counts. Switch to the image, then rescore.",
    )


class RescoreMoved(Refused):
    """What was confirmed is not what would be done now."""

    status = 409
    code = "rescore-moved"
    default = Text(
        zh="你确认之后情况变了，什么都没有做。请看看新的数目，再确认一次。",
        en="Things changed before you confirmed, so nothing was done. Look at the new numbers and confirm again.",
    )
