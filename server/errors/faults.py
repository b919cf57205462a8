"""The ways in which BeginEnd fails itself: never the fault of who asked, never anything about a submission."""


class DatabaseAway(Exception):
    """The database cannot be reached at present; nothing was half done, the request may be sent again."""


class UnsafeSettings(Exception):
    """The settings do not fit together or would be unsafe; the message says what to set."""


class JudgingFault(Exception):
    """Judging failed for a reason of ours; the job is repeated, the student keeps reading "being judged"."""


class JudgingUnavailable(JudgingFault):
    """There is nothing to judge with at present (no sandbox); the job waits for as long as it takes."""


class StoreAway(JudgingUnavailable):
    """The store that the machines share cannot be reached at present; what needs it waits for as long as it takes."""


class JudgingUnwanted(Exception):
    """Judging was ended because nobody wants its result any more; nothing is to be written down, or repeated."""


class JudgingBroke(Exception):
    """A check of ours raised: repeating cannot help, the submission becomes a system error at once."""


class BundleGone(Exception):
    """A published version of an exercise is not on the shelf of this machine."""


class BackupUnusable(Exception):
    """The file is no backup, is damaged, or was written by a version we do not understand; nothing was touched."""


class DatabaseNotEmpty(Exception):
    """The database that was to be restored into holds something, or is in use; nothing was touched."""
