"""Where the exercises' data come from: recipes that build each file again, bit for bit, from its source.

``build_data`` is the door: it reads the ``[[data]]`` tables of the given bundles, runs the recipes of the files that
are missing and keeps each file under its own sha256. Nothing that is built is ever committed.
"""

from exercises.sources.adopt import adopt_pictures
from exercises.sources.build import build_data
from exercises.sources.errors import (
    DataDiffers,
    DataUnavailable,
    DownloadDiffers,
    DownloadFailed,
    NpmMissing,
    PicturesRefused,
    PipMissing,
    RecipeUnknown,
)

__all__ = [
    "DataDiffers",
    "DataUnavailable",
    "DownloadDiffers",
    "DownloadFailed",
    "NpmMissing",
    "PicturesRefused",
    "PipMissing",
    "RecipeUnknown",
    "adopt_pictures",
    "build_data",
]
