"""What is kept by its hash: artifacts between phases, and published versions of bundles."""

import gzip
import shutil
from pathlib import Path

import pytest
from serverhouse import COURSE, House
from sqlalchemy import func, select

from exercises import Bundle, Text, load_bundle
from server.artifacts import ArtifactGone, ArtifactStore
from server.courses import Shelf, publish_catalogue
from server.database.models import Assignment, ExerciseVersion
from server.errors import BundleGone


def test_artifacts(tmp_path: Path) -> None:
    """What is put in comes out again; the same content is kept once, compressed."""
    store = ArtifactStore(str(tmp_path / "store"))
    content = b"weights" * 1000
    digest = store.put(content)

    assert digest == store.put(content)
    assert content == ArtifactStore(str(tmp_path / "store")).get(digest)
    (file,) = [path for path in (tmp_path / "store").rglob("*") if path.is_file()]
    assert file.stat().st_size < len(content) / 10


def test_artifact_in_memory() -> None:
    """Any store that fsspec speaks will do."""
    store = ArtifactStore("memory://artifacts")

    assert b"x" == store.get(store.put(b"x"))


@pytest.mark.parametrize(
    "damage",
    [b"", b"no gzip", gzip.compress(b"something else"), gzip.compress(b"weights")[:-4]],
    ids=["empty", "no gzip", "something else", "cut"],
)
def test_artifact_damaged(tmp_path: Path, damage: bytes) -> None:
    """An artifact that is not what its name says is not handed out."""
    store = ArtifactStore(str(tmp_path))
    digest = store.put(b"weights")
    (file,) = [path for path in tmp_path.rglob("*") if path.is_file()]
    file.write_bytes(damage)

    with pytest.raises(ArtifactGone, match=digest):
        store.get(digest)


def test_artifact_gone(tmp_path: Path) -> None:
    """An artifact that is not there is named."""
    with pytest.raises(ArtifactGone, match="sha256:00"):
        ArtifactStore(str(tmp_path)).get("sha256:00")


@pytest.fixture
def bundle(catalogue: dict[str, Bundle], tmp_path: Path) -> Bundle:
    """Copy a bundle to where it may be changed."""
    folder = tmp_path / "mine" / "cnn-digits"
    shutil.copytree(catalogue["cnn-digits"].folder, folder)
    return load_bundle(folder, tmp_path / "data")


def test_shelf(bundle: Bundle, tmp_path: Path) -> None:
    """A published version can be loaded after its folder changed or went away."""
    shelf = Shelf(tmp_path / "shelf", tmp_path / "data")
    shelf.keep(bundle)
    shelf.keep(bundle)
    shutil.rmtree(bundle.folder)

    loaded = Shelf(tmp_path / "shelf", tmp_path / "data").load(bundle.version)
    assert (bundle.version, bundle.id, bundle.stub) == (loaded.version, loaded.id, loaded.stub)
    assert 1 == len(list((tmp_path / "shelf").iterdir()))


def test_shelf_does_not_have_it(bundle: Bundle, tmp_path: Path) -> None:
    """A version that was never published here is named, and so is one that somebody changed."""
    shelf = Shelf(tmp_path / "shelf", tmp_path / "data")
    with pytest.raises(BundleGone, match=bundle.version):
        shelf.load(bundle.version)

    shelf.keep(bundle)
    (stub,) = (tmp_path / "shelf").rglob("stub.py")
    stub.write_text(stub.read_text() + "# changed\n")
    with pytest.raises(BundleGone, match="was changed"):
        shelf.load(bundle.version)


@pytest.mark.database
async def test_publishing(house: House, bundle: Bundle, tmp_path: Path) -> None:
    """Publishing again changes nothing; a changed bundle becomes a version, old submissions keep theirs."""
    title = Text(zh="深度学习初体验", en="First steps")
    submission = await house.submit()

    async def versions() -> int:
        async with house.database.reading() as session:
            return await session.scalar(select(func.count()).select_from(ExerciseVersion)) or 0

    before = await versions()
    async with house.database.unit_of_work() as session:
        await publish_catalogue(session, house.catalogue, COURSE, title, shelf=house.shelf)
    assert before == await versions()

    async with house.database.unit_of_work() as session:
        (await session.get_one(Assignment, submission.assignment_id)).max_attempts = 7
    statement = bundle.folder / "statement.en.md"
    statement.write_text(statement.read_text() + "\nOne more sentence.\n")
    changed = load_bundle(bundle.folder, tmp_path / "data")
    async with house.database.unit_of_work() as session:
        await publish_catalogue(session, {changed.id: changed}, COURSE, title, shelf=house.shelf)

    assert before + 1 == await versions()
    async with house.database.reading() as session:
        assignment = await session.get_one(Assignment, submission.assignment_id)
        version = await session.get_one(ExerciseVersion, assignment.exercise_version_id)
    assert (changed.version, 7) == (version.version, assignment.max_attempts)
    assert submission.exercise_version_id == (await house.reload(submission.id)).exercise_version_id != version.id
    assert changed.statement == house.shelf.load(changed.version).statement
