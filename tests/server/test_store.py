"""The store that several machines share: artifacts and published bundles in a bucket, cached on each machine."""

import errno
import os
import shutil
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from bucket import STORE, s3_server
from scriptedjudging import digits_sandbox, small_data
from serverhouse import House, ended, worker

from exercises import Bundle
from exercises.builtfiles import place_of
from server.artifacts import ArtifactGone, ArtifactStore
from server.courses.bundlestore import BundleStore
from server.courses.shelf import Data
from server.database.models import State
from server.diskcache import DiskCache
from server.errors import BundleGone, StoreAway, UnsafeSettings
from server.judging import Judge
from server.settings import Settings, load_settings
from server.storage import (
    artifact_store,
    bring_all_here,
    bundle_store,
    published_bundles,
    put_all_there,
    put_artifacts_there,
)
from server.store import Store, shown


@pytest.fixture(scope="module")
def bucket() -> Iterator[str]:
    """Serve a bucket."""
    with s3_server():
        yield STORE


@pytest.fixture
def store(bucket: str) -> str:
    """Name a place in the bucket that is this test's own."""
    return f"{bucket}/{uuid.uuid4().hex}"


def machine(place: Path, store: str, **more: object) -> Settings:
    """Return the settings of a machine with an empty disk of its own."""
    return Settings(home=place, store=store, **more)  # type: ignore[arg-type]


def test_artifacts_go_from_machine_to_machine(store: str, tmp_path: Path) -> None:
    """What one machine puts another gets, and gets a second time from its own disk, when the store has lost it."""
    one, two = artifact_store(machine(tmp_path / "1", store)), artifact_store(machine(tmp_path / "2", store))
    digest = one.put(b"weights" * 1000)

    assert digest == one.put(b"weights" * 1000)
    assert b"weights" * 1000 == two.get(digest)
    one.remove(digest)
    assert not one.has(digest)
    assert b"weights" * 1000 == two.get(digest)
    with pytest.raises(ArtifactGone):
        one.get(digest)


def test_a_damaged_cache_is_no_damage(store: str, tmp_path: Path) -> None:
    """What lies damaged on this machine's disk is fetched again."""
    artifacts = artifact_store(machine(tmp_path, store))
    digest = artifacts.put(b"weights")
    (cached,) = (tmp_path / "cache").iterdir()
    cached.write_bytes(b"something else")

    assert b"weights" == artifacts.get(digest)


def test_what_is_damaged_in_the_store_is_not_handed_out(store: str, tmp_path: Path) -> None:
    """A file of the store that is not what its name says is gone, not evidence."""
    artifacts = artifact_store(machine(tmp_path, store, cache_mib=0))
    digest = artifacts.put(b"weights")
    name = digest.removeprefix("sha256:")
    Store(f"{store}/artifacts").write(f"{name[:2]}/{name}.gz", b"something else")

    with pytest.raises(ArtifactGone, match="damaged"):
        artifacts.get(digest)


def test_what_was_damaged_is_made_anew(store: str, tmp_path: Path) -> None:
    """Who puts the same content again, as a repeated run does, repairs it: in a bucket and in a folder."""
    for url in (f"{store}/artifacts", str(tmp_path / "artifacts")):
        artifacts = ArtifactStore(url)
        digest = artifacts.put(b"weights")
        name = digest.removeprefix("sha256:")
        Store(url).write(f"{name[:2]}/{name}.gz", b"cut")
        with pytest.raises(ArtifactGone, match="damaged"):
            artifacts.get(digest)
        artifacts.put(b"weights")
        assert b"weights" == artifacts.get(digest)


def test_what_a_killed_process_was_writing_goes(tmp_path: Path) -> None:
    """A file that was never finished is tidied up after a day, and one that is being written is left alone."""
    artifacts = ArtifactStore(str(tmp_path))
    digest = artifacts.put(b"weights")
    (folder,) = tmp_path.iterdir()
    for name, days in ((".part-old", 2), (f"{digest[7:]}.gz.0a1b2c3d", 2), (".part-new", 0)):
        (folder / name).write_bytes(b"half")
        os.utime(folder / name, (time.time() - days * 86_400,) * 2)

    assert 0 == artifacts.remove_older(30 * 86_400)
    assert {".part-new", f"{digest[7:]}.gz"} == {path.name for path in folder.iterdir()}


def test_a_file_that_vanished_is_not_touched(tmp_path: Path) -> None:
    """Letting its time begin anew makes no empty file in its place."""
    assert not Store(str(tmp_path)).touch("gone")
    assert [] == [*tmp_path.iterdir()]


def test_what_is_over_its_time_goes(store: str, tmp_path: Path) -> None:
    """A bucket is tidied up like a folder, and lists what is in it without a memory of its own."""
    one, two = artifact_store(machine(tmp_path / "1", store)), artifact_store(machine(tmp_path / "2", store))
    digests = {one.put(b"a"), two.put(b"b")}

    assert digests == {f"sha256:{name}" for name in one.packed_names()}
    assert 0 == one.remove_older(3600)
    assert 2 == two.remove_older(-3600)
    assert [] == list(one.packed_names())


def test_the_cache_has_a_bound(tmp_path: Path) -> None:
    """What was used longest ago goes first, and the folder never stays larger than its bound."""
    cache = DiskCache(tmp_path, 1000)
    for name in ("a", "b", "c"):
        cache.put(name, name.encode() * 300)
    for number, path in enumerate(sorted(tmp_path.iterdir())):
        os.utime(path, (number, number))
    assert cache.get("a") is not None  # used now
    cache.put("d", b"d" * 300)
    cache.put("too large", b"x" * 1001)

    assert {"a", "d"} == {path.name for path in tmp_path.iterdir()}
    assert cache.get("b") is None
    assert 1000 >= sum(path.stat().st_size for path in tmp_path.iterdir())


def test_the_cache_forgets_what_nobody_uses(tmp_path: Path) -> None:
    """So what was removed from the store is not kept here for good."""
    cache = DiskCache(tmp_path, 1000, most_seconds=3600)
    for name in ("old", "used"):
        cache.put(name, b"x")
        os.utime(tmp_path / name, (time.time() - 7200,) * 2)
    assert cache.get("used") == b"x"
    cache.put("new", b"x")
    assert {"used", "new"} == {path.name for path in tmp_path.iterdir()}


def test_a_disk_that_lets_nothing_go_is_no_failure(tmp_path: Path) -> None:
    """Whatever the cache's disk refuses, whoever removes or keeps something goes on."""
    cache = DiskCache(tmp_path, 1)
    for name in ("a", "b"):  # folders: neither can be unlinked, as a file on a disk that is read-only
        (tmp_path / name).mkdir()
        (tmp_path / name / "x").write_bytes(b"x")
    cache.drop("a")
    cache.put("b", b"x")
    assert {"a", "b"} == {path.name for path in tmp_path.iterdir()}


def test_removing_goes_on_after_a_refusal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What can be removed of a person is; what is left is named; a store that is away is not asked for ever."""
    artifacts = ArtifactStore(str(tmp_path))
    digests = [artifacts.put(bytes([number])) for number in range(10)]
    remove = Store.remove
    asked: list[str] = []

    def refusing(store: Store, path: str) -> None:
        asked.append(path)
        if f"sha256:{path[3:-3]}" in refused:
            raise StoreAway(path)
        remove(store, path)

    monkeypatch.setattr(Store, "remove", refusing)
    refused = [digests[0], digests[2]]
    assert refused == artifacts.remove_all(digests[:4])
    assert digests[4:] == [digest for digest in digests if artifacts.has(digest) and digest not in refused]

    refused, asked[:] = digests, []
    assert digests[4:] == artifacts.remove_all(digests[4:])
    assert 3 == len(asked)


def test_bundles_go_from_machine_to_machine(
    catalogue: dict[str, Bundle], store: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is published on one machine is loaded on another, with the data that it names, whole and compared."""
    bundle = catalogue["cnn-digits"]
    monkeypatch.setattr(Bundle, "read", small_data)  # what is put is compared with its hash where it is fetched
    published_bundles(machine(tmp_path / "1", store)).keep(bundle)
    monkeypatch.undo()

    other = machine(tmp_path / "2", store)
    loaded = published_bundles(other).load(bundle.version)
    assert (bundle.version, bundle.statement, bundle.stub) == (loaded.version, loaded.statement, loaded.stub)
    assert tmp_path / "2" in loaded.folder.parents


def test_data_go_with_their_bundle(catalogue: dict[str, Bundle], store: str, tmp_path: Path) -> None:
    """Another machine has what the exercise trains on, bit for bit, without building it."""
    bundle = catalogue["cnn-digits"]
    smallest = min(bundle.code.data, key=lambda file: place_of(bundle.built, file.sha256).stat().st_size)
    published_bundles(machine(tmp_path / "1", store)).keep(bundle)

    other = machine(tmp_path / "2", store)
    loaded = published_bundles(other).load(bundle.version)
    assert bundle.read(smallest.path) == loaded.read(smallest.path)
    assert place_of(other.built, smallest.sha256).is_file()


def test_a_version_that_nobody_pushed(store: str, tmp_path: Path) -> None:
    """It is named, and what to do about it."""
    with pytest.raises(BundleGone, match="beginend store push"):
        published_bundles(machine(tmp_path, store)).load("sha256:" + "0" * 64)


def test_a_damaged_bundle_is_not_loaded(catalogue: dict[str, Bundle], store: str, tmp_path: Path) -> None:
    """Neither one that is no zip, nor one that is another version than its name says."""
    quiz = catalogue["backpropagation"]
    one = published_bundles(machine(tmp_path / "1", store))
    one.keep(quiz)
    files = Store(f"{store}/bundles")
    whole = files.read(f"{quiz.version[7:]}.zip")
    files.write(f"{'1' * 64}.zip", whole)
    files.write(f"{'2' * 64}.zip", whole[:100])

    two = published_bundles(machine(tmp_path / "2", store))
    with pytest.raises(BundleGone, match=r"is not what its name says.*beginend store push"):
        two.load("sha256:" + "1" * 64)
    with pytest.raises(BundleGone):
        two.load("sha256:" + "2" * 64)
    assert [] == two.versions()

    files.write(f"{quiz.version[7:]}.zip", whole[:100])
    with pytest.raises(BundleGone):
        two.load(quiz.version)
    one.keep(quiz)
    assert quiz.version == two.load(quiz.version).version


def test_from_one_machine_to_several(catalogue: dict[str, Bundle], store: str, tmp_path: Path) -> None:
    """What lay on one machine's disk is pushed, twice without harm; a backup brings all of it to where it is made."""
    quiz = catalogue["backpropagation"]
    alone = Settings(home=tmp_path / "1")
    published_bundles(alone).keep(quiz)
    digest = artifact_store(alone).put(b"weights")

    shared = machine(tmp_path / "1", store)
    assert [(1, 1)] * 2 == [(put_all_there(shared), put_artifacts_there(shared)) for _ in range(2)]
    other = machine(tmp_path / "2", store)
    assert [] == bring_all_here(other)
    assert [quiz.version] == published_bundles(other).versions()
    assert b"weights" == artifact_store(other).get(digest)


def test_pages_do_not_wait_for_data(
    catalogue: dict[str, Bundle], store: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who only shows an exercise does it while its data are away, and has them a while after they are there again."""
    bundle = catalogue["cnn-digits"]
    monkeypatch.setattr(Bundle, "read", small_data)
    monkeypatch.setattr("server.courses.shelf.AGAIN_SECONDS", 0.01)
    published_bundles(machine(tmp_path / "1", store)).keep(bundle)
    tries: list[bool] = []

    def away_once(_store: BundleStore, _bundle: Bundle) -> bool:
        tries.append(True)
        if len(tries) == 1:
            raise StoreAway("no bucket")
        return len(tries) > 3  # what is half here is asked for again

    monkeypatch.setattr(BundleStore, "fetch_data", away_once)
    pages = published_bundles(machine(tmp_path / "2", store), data=Data.LATER)
    for _ in range(200):
        assert bundle.version == pages.load(bundle.version).version
        time.sleep(0.01)
    assert 4 == len(tries)


def test_a_backup_names_what_it_lacks(catalogue: dict[str, Bundle], store: str, tmp_path: Path) -> None:
    """A version that is damaged in the store does not keep the others from being fetched, and is named."""
    quiz = catalogue["backpropagation"]
    published_bundles(machine(tmp_path / "1", store)).keep(quiz)
    Store(f"{store}/bundles").write(f"{'0' * 64}.zip", b"damaged")
    other = machine(tmp_path / "2", store)

    (lost,) = bring_all_here(other)
    assert "sha256:0000" in str(lost)
    assert [quiz.version] == published_bundles(other).versions()


def test_a_store_that_is_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is no artifact that is gone and no bundle that is unknown: whoever needs it waits."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    monkeypatch.setattr("server.store.S3_PATIENCE", {"connect_timeout": 1, "retries": {"max_attempts": 0}})
    away = machine(tmp_path, f"s3://nowhere/{uuid.uuid4().hex}")

    with pytest.raises(StoreAway, match="does not answer"):
        artifact_store(away).get("sha256:" + "0" * 64)
    with pytest.raises(StoreAway, match="does not answer"):
        published_bundles(away).load("sha256:" + "0" * 64)


def test_a_folder_that_is_not_mounted_is_away(tmp_path: Path) -> None:
    """Nothing is gone that lies in it, nothing is written beside it, and the sentence asks whether it is mounted."""
    shared = tmp_path / "mount" / "beginend"
    shared.mkdir(parents=True)
    settings = machine(tmp_path / "1", str(shared))
    artifacts, bundles = artifact_store(settings), bundle_store(settings)
    assert bundles is not None
    digest = artifacts.put(b"weights")
    shared.rename(tmp_path / "elsewhere")

    deeds: list[Callable[[], object]] = [
        lambda: artifacts.get(digest),
        lambda: artifacts.has(digest),
        lambda: artifacts.put(b"more"),
        lambda: artifacts.remove(digest),
        lambda: list(artifacts.packed_names()),
        lambda: bundles.fetch("sha256:" + "0" * 64, tmp_path / "x"),
        bundles.versions,
    ]
    for deed in deeds:
        with pytest.raises(StoreAway, match="Is it mounted"):
            deed()
    assert not shared.exists()
    (tmp_path / "elsewhere").rename(shared)
    assert b"weights" == artifacts.get(digest)


def test_a_folder_that_takes_nothing_is_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk, or a file handle that went stale, is waited for; it is no fault of a submission's."""

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("server.store.write_atomically", full)
    with pytest.raises(StoreAway, match="No space left"):
        ArtifactStore(str(tmp_path)).put(b"weights")


@pytest.mark.usefixtures("bucket")
def test_a_bucket_that_there_is_none_of_is_away(tmp_path: Path) -> None:
    """A bucket's name that is wrong loses no artifact and makes no backup without any."""
    settings = machine(tmp_path, f"s3://{uuid.uuid4().hex}/x")
    artifacts, bundles = artifact_store(settings), bundle_store(settings)
    assert bundles is not None
    with pytest.raises(StoreAway):
        artifacts.get("sha256:" + "0" * 64)
    with pytest.raises(StoreAway):
        artifacts.put(b"weights")
    with pytest.raises(StoreAway):
        bundles.versions()


def test_a_password_in_an_url_is_not_shown() -> None:
    """Errors are read by many: they name the place alone."""
    assert "s3://bucket/x" == shown("s3://key:secret@bucket/x")
    assert "/srv/me@home/x" == shown("/srv/me@home/x")


def test_a_store_must_be_a_place(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A name alone would be a folder of wherever a process is started; an URL nobody speaks to is named."""
    monkeypatch.setenv("BEGINEND_STORE", "bucket")
    with pytest.raises(UnsafeSettings, match="BEGINEND_STORE"):
        load_settings()
    for odd in ("s3://bucket//prefix", "simplecache::s3://bucket/prefix", "/srv/a::b"):
        monkeypatch.setenv("BEGINEND_STORE", odd)
        with pytest.raises(UnsafeSettings, match="BEGINEND_STORE"):
            load_settings()
    with pytest.raises(StoreAway, match="gopher"):
        published_bundles(machine(tmp_path, "gopher://x/y"))


@pytest.mark.database
async def test_a_worker_with_nothing_but_database_and_store(
    house: House, catalogue: dict[str, Bundle], store: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker whose disk is empty judges both phases: bundle, data and weights come from the bucket."""
    bundle = catalogue["cnn-digits"]
    monkeypatch.setattr(Bundle, "read", small_data)
    published_bundles(machine(tmp_path / "web", store)).keep(bundle)
    away = house.settings.model_copy(update={"home": tmp_path / "elsewhere", "store": store})
    submission = await house.submit()

    async with worker(replaced(house, away), Judge(digits_sandbox())):
        assert State.DONE == await ended(house, submission.id)
    assert [bundle.version] == published_bundles(away).versions()


def replaced(house: House, settings: Settings) -> House:
    """Return the house as a worker with other settings sees it."""
    return House(**{**vars(house), "settings": settings})


def test_a_folder_may_be_shared_too(catalogue: dict[str, Bundle], tmp_path: Path) -> None:
    """A folder that every machine mounts is a store, without a cache beside it."""
    quiz = catalogue["backpropagation"]
    shared = str(tmp_path / "shared")
    Path(shared).mkdir()
    one, two = machine(tmp_path / "1", shared), machine(tmp_path / "2", shared)
    published_bundles(one).keep(quiz)
    digest = artifact_store(one).put(b"weights")

    assert quiz.id == published_bundles(two).load(quiz.version).id
    assert b"weights" == artifact_store(two).get(digest)
    assert not (tmp_path / "2" / "cache").exists()
    shutil.rmtree(shared)
    with pytest.raises(StoreAway):
        artifact_store(two).get(digest)
    assert ArtifactStore(str(tmp_path / "empty")).put(b"x")
