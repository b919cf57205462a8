"""A file that was sent, as a file on disk for as long as it is looked at."""

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from starlette.datastructures import UploadFile


@asynccontextmanager
async def on_disk(sent: UploadFile) -> AsyncIterator[Path]:
    """Yield the path of a copy, which is gone afterwards."""
    with tempfile.NamedTemporaryFile(prefix="beginend-upload-") as kept:
        await asyncio.to_thread(shutil.copyfileobj, sent.file, kept)
        kept.flush()
        yield Path(kept.name)
