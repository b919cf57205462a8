"""What a backup says of itself: ``manifest.json``, the last member of the tar file, so that all the rest is there."""

import hashlib
import json
import re
import tarfile
from dataclasses import asdict, dataclass
from pathlib import Path

from server.errors import BackupUnusable

FORMAT = 1

MANIFEST = "manifest.json"
DATABASE = "database.dump"
SECRET = "secret-key"  # noqa: S105 (a member's name)
ARTIFACTS = "artifacts/"
BUNDLES = "bundles/"

#: What a member may be called; anything else was not written by us.
NAMES = re.compile(
    r"database\.dump|secret-key|artifacts/[0-9a-f]{2}/[0-9a-f]{64}\.gz|bundles/[0-9a-f]{64}(/[^/\0]+)+",
)
MOST_MANIFEST_BYTES = 256 << 20
BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Part:
    """One member of the tar file."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """Everything about a backup.

    Attributes:
        format: Of this very description.
        version: The version of BeginEnd that wrote it.
        revision: The database's revision.
        postgres: The major version of the server it was taken from.
        made_at: When, in UTC (ISO 8601).
        parts: Every other member.

    """

    format: int
    version: str
    revision: str
    postgres: int
    made_at: str
    parts: tuple[Part, ...]

    def to_json(self) -> bytes:
        """Return it as it lies in the tar file."""
        return json.dumps(asdict(self), indent=1, ensure_ascii=False).encode()


def read_manifest(archive: tarfile.TarFile) -> Manifest:
    """Read a backup's manifest.

    Raises:
        BackupUnusable: There is none that can be read.

    """
    last = archive.getmembers()[-1:]
    if [member.name for member in last] != [MANIFEST] or last[0].size > MOST_MANIFEST_BYTES:
        raise BackupUnusable("This is no complete backup: manifest.json is not its last member. Was it cut off?")
    stream = archive.extractfile(last[0])
    try:
        data = json.loads(stream.read() if stream else b"")
        if data["format"] != FORMAT:
            raise BackupUnusable(f"This backup has format {data['format']}; this version of BeginEnd reads {FORMAT}.")
        return Manifest(**{**data, "parts": tuple(Part(**part) for part in data["parts"])})
    except (ValueError, KeyError, TypeError) as error:
        raise BackupUnusable(f"The backup's manifest cannot be read: {error!r}") from error


def verify(archive: tarfile.TarFile, manifest: Manifest) -> None:
    """Compare every member with the manifest, before anything is done with one.

    Raises:
        BackupUnusable: A member is missing, too many, of another kind or damaged; the message names it.

    """
    members = {member.name: member for member in archive.getmembers() if member.name != MANIFEST}
    promised = {part.name: part for part in manifest.parts}
    if DATABASE not in promised or len(promised) != len(manifest.parts):
        raise BackupUnusable("The backup's manifest is not sound: it names no database, or a part twice.")
    if wrong := sorted(members.keys() ^ promised.keys()):
        raise BackupUnusable(f"The backup and its manifest differ in {len(wrong)} parts, among them {wrong[0]}.")
    for name, part in promised.items():
        member = members[name]
        if not member.isreg() or not NAMES.fullmatch(name) or ".." in Path(name).parts:
            raise BackupUnusable(f"{name!r} has no business in a backup.")
        if member.size != part.size or digest_of(archive, member) != part.sha256:
            raise BackupUnusable(f"{name} is damaged: its checksum is not the one that the manifest gives.")


def digest_of(archive: tarfile.TarFile, member: tarfile.TarInfo) -> str:
    """Return the SHA-256 of a member, in hex."""
    digest = hashlib.sha256()
    stream = archive.extractfile(member)
    while stream is not None and (block := stream.read(BLOCK)):
        digest.update(block)
    return digest.hexdigest()
