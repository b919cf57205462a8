"""Archives that somebody sent: the honest ones of every system become exercises, each trick is refused by its name."""

import io
import os
import shutil
import stat
import struct
import subprocess
import zipfile
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from exercises import Bundle, load_bundle
from exercises.drafting import draft
from exercises.packing import pack
from server.errors import BundleUnusable
from server.imports import members, zips
from server.imports.gitbundles import BundleOfNothing
from server.imports.refusals import (
    ArchiveDamaged,
    ArchiveEncrypted,
    ArchiveRefused,
    ArchiveTooDense,
    ArchiveTooLarge,
    MemberIsNoFile,
    MemberOutside,
    MemberTwice,
    NoExercise,
    NotAnArchive,
    SeveralFolders,
)
from server.imports.unpacking import unpack

BUILT = Path("var/data")
FLAT_PRICE = Path(__file__).resolve().parents[2] / "docs" / "authoring" / "flat-price"

Files = Mapping[str, bytes]


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """Return a small exercise, as `exercise new` makes it."""
    return draft("small", tmp_path / "drafts")


@pytest.fixture
def files(small: Path) -> dict[str, bytes]:
    """Return the files of the small exercise by their path."""
    return {path.relative_to(small).as_posix(): path.read_bytes() for path in small.rglob("*") if path.is_file()}


def zipped(contents: Files, *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return a zip."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, content in contents.items():
            archive.writestr(name, content)
    return file.getvalue()


def zipped_with(contents: Files, name: str, change: Callable[[zipfile.ZipInfo], None], content: bytes = b"x") -> bytes:
    """Return a zip with one more member, changed as the test likes."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for other, its_content in contents.items():
            archive.writestr(other, its_content)
        entry = zipfile.ZipInfo(name)
        change(entry)
        archive.writestr(entry, content)
    return file.getvalue()


def in_encoding(contents: Files, encoding: str) -> bytes:
    """Return a zip as other programs make it: names in an encoding that is not told."""
    told: dict[bytes, bytes] = {}
    stand_ins = {}
    for number, (name, content) in enumerate(contents.items()):
        raw = name.encode(encoding)
        stand_in = f"{number:03}".ljust(len(raw), "x")
        told[stand_in.encode()] = raw
        stand_ins[stand_in] = content
    data = zipped(stand_ins)
    for stand_in_raw, raw in told.items():
        data = data.replace(stand_in_raw, raw)
    return data


def unpacked(data: bytes, tmp_path: Path) -> Bundle:
    """Unpack an upload."""
    upload = tmp_path / "upload"
    upload.write_bytes(data)
    place = tmp_path / "place"
    place.mkdir()
    return unpack(upload, place, BUILT)


def nothing_outside(tmp_path: Path) -> bool:
    """Tell whether unpacking wrote nothing beside its own folder."""
    return {"upload", "place", "drafts"} >= {path.name for path in tmp_path.iterdir()}


# Honest ones.


def test_a_packed_exercise_comes_back_as_it_was(tmp_path: Path) -> None:
    """What `exercise pack` wrote has the same version when it is unpacked, data and all."""
    bundle = load_bundle(FLAT_PRICE, BUILT)

    assert bundle.version == unpacked(pack(bundle, tmp_path / "zips").read_bytes(), tmp_path).version


@pytest.mark.parametrize("top", ["", "small/", "my exercise/", "small-main/"])
def test_one_top_folder_or_none(top: str, files: Files, small: Path, tmp_path: Path) -> None:
    """An archive may hold the folder, under whatever name, or what is in it; the folder is named by the id then."""
    got = unpacked(zipped({f"{top}{name}": content for name, content in files.items()}), tmp_path)

    assert (load_bundle(small, BUILT).version, "small") == (got.version, got.folder.name)


def test_leftovers_stay_out(files: Files, small: Path, tmp_path: Path) -> None:
    """What macOS, Windows, git and Python leave in a folder neither counts nor makes a second top folder."""
    leftovers = {"__MACOSX/small/._stub.py": b"\0", "small/.DS_Store": b"\0", "small/Thumbs.db": b"\0",
                 "small/__pycache__/stub.pyc": b"\0", "small/.git/HEAD": b"ref", ".DS_Store": b"\0"}  # fmt: skip
    got = unpacked(zipped({f"small/{name}": content for name, content in files.items()} | leftovers), tmp_path)

    assert load_bundle(small, BUILT).version == got.version
    assert {path.name for path in got.folder.iterdir()} == {path.name for path in small.iterdir()}


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "gbk"])
def test_chinese_names_of_every_system(encoding: str, files: Files, tmp_path: Path) -> None:
    """Names in GBK (Windows in China) or UTF-8 (macOS) are read as they were meant, though no flag tells which."""
    contents = dict(files)
    contents["submissions/layers/少一个神经元.py"] = contents["submissions/layers/one_unit_more.py"]
    got = unpacked(in_encoding({f"小练习/{name}": content for name, content in contents.items()}, encoding), tmp_path)

    assert (got.folder / "submissions" / "layers" / "少一个神经元.py").is_file()


def test_a_name_of_ascii_with_the_real_one_beside_it(files: Files, tmp_path: Path) -> None:
    """Info-ZIP's extra field gives the name in UTF-8; one whose checksum is another name's is passed over."""
    real = "submissions/layers/多一个.py"

    def named(entry: zipfile.ZipInfo) -> None:
        field = b"\1" + struct.pack("<L", zlib.crc32(entry.filename.encode())) + real.encode()
        entry.extra = struct.pack("<HH", zips.UNICODE_PATH, len(field)) + field

    content = files["submissions/layers/one_unit_more.py"]
    got = unpacked(zipped_with(files, "submissions/layers/x.py", named, content), tmp_path)

    assert (got.folder / real).is_file()
    assert not (got.folder / "submissions" / "layers" / "x.py").exists()


def test_backslashes_of_old_windows_programs(files: Files, small: Path, tmp_path: Path) -> None:
    """A zip whose names have backslashes between folders is one of folders, not of strange names."""
    data = zipped({f"small/{name}": content for name, content in files.items()})
    for name in files:
        data = data.replace(f"small/{name}".encode(), f"small/{name}".replace("/", "\\").encode())

    assert load_bundle(small, BUILT).version == unpacked(data, tmp_path).version


# Tricks with names.


@pytest.mark.parametrize(
    "name",
    ["../outside.py", "small/../../outside.py", "/outside.py", "\\outside.py", "..\\outside.py", "C:/outside.py",
     "C:outside.py", "small/stub.py:stream", "__MACOSX/../../outside.py", "small/.git/../../../outside.py",
     "small/a\nb.py", "small/\u202ecod.py", "small/a .py ", "/".join("abcdefghij"), "small/" + "x" * 250,
     "small/中" + "文" * 80],
)  # fmt: skip
def test_names_that_lead_elsewhere(name: str, files: Files, tmp_path: Path) -> None:
    """Climbing, absolute, on a drive, with control characters, endless: refused, and nothing is written anywhere."""
    with pytest.raises(MemberOutside):
        unpacked(zipped({**{f"small/{other}": content for other, content in files.items()}, name: b"x"}), tmp_path)
    assert [] == list((tmp_path / "place").iterdir())
    assert nothing_outside(tmp_path)


def test_a_folder_that_climbs(files: Files, tmp_path: Path) -> None:
    """A folder's name is looked at as a file's is."""
    with pytest.raises(MemberOutside):
        unpacked(zipped_with(files, "../outside/", lambda _: None, b""), tmp_path)


def test_a_name_with_a_nul(files: Files, tmp_path: Path) -> None:
    """A name behind whose NUL something stands is refused: programs disagree about where it ends."""
    data = zipped({**files, "data/axb.npy": b"x"}).replace(b"data/axb.npy", b"data/a\0b.npy")
    with pytest.raises(MemberOutside):
        unpacked(data, tmp_path)


@pytest.mark.parametrize("name", ["STUB.py", "stub.py/inside.py", "submissions/layers"])
def test_two_members_that_are_one_file(name: str, files: Files, tmp_path: Path) -> None:
    """The same name but for capital letters, or a file where a folder is, is refused."""
    with pytest.raises(MemberTwice):
        unpacked(zipped({**files, name: b"x"}), tmp_path)


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_the_same_member_twice(files: Files, tmp_path: Path) -> None:
    """Which of two equal names counts is not for programs to guess."""
    with pytest.raises(MemberTwice):
        unpacked(zipped_with(files, "stub.py", lambda _: None), tmp_path)


# Tricks with kinds.


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFCHR, stat.S_IFBLK, stat.S_IFIFO, stat.S_IFSOCK])
@pytest.mark.parametrize("system", [0, 3])
def test_links_and_devices(kind: int, system: int, files: Files, tmp_path: Path) -> None:
    """A symbolic link, a device, a pipe or a socket is refused, whatever system the zip says it comes from."""

    def special(entry: zipfile.ZipInfo) -> None:
        entry.create_system = system
        entry.external_attr = (kind | 0o777) << 16

    with pytest.raises(MemberIsNoFile):
        unpacked(zipped_with(files, "data/link", special, b"/etc/passwd"), tmp_path)


def test_modes_are_not_taken_over(files: Files, tmp_path: Path) -> None:
    """Whatever mode a member asks for, it becomes an ordinary file."""

    def set_user_id(entry: zipfile.ZipInfo) -> None:
        entry.external_attr = (stat.S_IFREG | 0o6777) << 16

    got = unpacked(zipped_with(files, "data/tool.npy", set_user_id), tmp_path)
    assert not (got.folder / "data" / "tool.npy").stat().st_mode & 0o7111


# Bombs and lies.


def test_a_bomb(files: Files, tmp_path: Path) -> None:
    """What is packed a thousand times smaller than it is, is not unpacked."""
    with pytest.raises(ArchiveTooDense):
        unpacked(zipped({**files, "data/zeros.npy": bytes(20 * 1024 * 1024)}), tmp_path)


def test_too_many_bytes(files: Files, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """More bytes than an exercise may have are refused by what the archive says, before any is unpacked."""
    monkeypatch.setattr(zips, "MOST_BYTES", 100_000)
    with pytest.raises(ArchiveTooLarge):
        unpacked(zipped({**files, "data/a.npy": os.urandom(150_000)}), tmp_path)


def test_too_many_members(files: Files, tmp_path: Path) -> None:
    """Thousands of files are refused."""
    many = {f"data/{number}.npy": b"" for number in range(members.MOST_MEMBERS)}
    with pytest.raises(ArchiveTooLarge):
        unpacked(zipped({**files, **many}), tmp_path)


def test_a_list_of_members_that_would_fill_the_memory(files: Files, tmp_path: Path) -> None:
    """The list itself is measured before it is read."""
    data = bytearray(zipped(files))
    end = data.rfind(zips.END)
    data[end + 12 : end + 16] = struct.pack("<L", 500 * 1024 * 1024)
    with pytest.raises(ArchiveTooLarge):
        unpacked(bytes(data), tmp_path)


def test_the_64_bit_form(files: Files, tmp_path: Path) -> None:
    """A zip that needs the form for huge archives is refused; the form would carry another list past the look."""
    data = zipped(files)
    end = data.rfind(zips.END)
    with pytest.raises(ArchiveTooLarge):
        unpacked(data[:end] + zips.ZIP64 + bytes(16) + data[end:], tmp_path)


@pytest.mark.parametrize("said", [10, 10_000])
def test_a_lie_about_a_size(said: int, files: Files, tmp_path: Path) -> None:
    """A member that unpacks to more or less than it says is refused, and no more than it said is read."""
    data = zipped({**files, "data/a.npy": bytes(1000)})
    real, lie = struct.pack("<L", 1000), struct.pack("<L", said)
    at = data.rfind(b"data/a.npy") - 46 + 24
    assert data[at : at + 4] == real
    with pytest.raises(ArchiveDamaged):
        unpacked(data[:at] + lie + data[at + 4 :], tmp_path)


def test_a_large_text(files: Files, tmp_path: Path) -> None:
    """A text that is read whole has at most a megabyte: parsers are slower than disks."""
    with pytest.raises(ArchiveTooLarge):
        unpacked(zipped({**files, "statement.zh.md": os.urandom(700_000).hex().encode()}), tmp_path)


def test_a_password(files: Files, tmp_path: Path) -> None:
    """A zip with a password is refused with that sentence."""
    data = bytearray(zipped(files))
    at = data.find(b"PK\x01\x02")
    data[at + 8] |= 1
    with pytest.raises(ArchiveEncrypted):
        unpacked(bytes(data), tmp_path)


@pytest.mark.parametrize("method", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
def test_rare_ways_of_packing(method: int, files: Files, tmp_path: Path) -> None:
    """Ways of packing that can ask for any amount of memory are refused."""
    with pytest.raises(ArchiveDamaged):
        unpacked(zipped(files, method=method), tmp_path)


@pytest.mark.parametrize("share", [0.3, 0.9, 0.99])
def test_half_a_zip(share: float, files: Files, tmp_path: Path) -> None:
    """An upload that ended too early is damaged, not a fault of ours."""
    data = zipped(files)
    with pytest.raises(ArchiveDamaged):
        unpacked(data[: int(len(data) * share)], tmp_path)


def test_every_broken_byte_is_refused_or_harmless(files: Files, tmp_path: Path) -> None:
    """Whichever byte of a zip is wrong, the answer is an exercise or a refusal, never a failure of ours."""
    data = zipped(files)
    for at in range(0, len(data), max(1, len(data) // 90)):
        broken = data[:at] + bytes([data[at] ^ 0xFF]) + data[at + 1 :]
        try:
            unpacked(broken, tmp_path)
        except (ArchiveRefused, BundleUnusable):
            pass
        finally:
            shutil.rmtree(tmp_path / "place")


@pytest.mark.parametrize("data", [b"", b"hello", b"\x1f\x8b\x08gzip", b"PK"])
def test_no_archive(data: bytes, tmp_path: Path) -> None:
    """Anything that is neither zip nor git bundle is said to be neither."""
    with pytest.raises(NotAnArchive):
        unpacked(data, tmp_path)


# No exercise, or more than one.


def test_no_exercise(tmp_path: Path) -> None:
    """An archive without exercise.toml at its top, or in its one top folder, is no exercise."""
    with pytest.raises(NoExercise):
        unpacked(zipped({"a/b/exercise.toml": b"", "readme.md": b""}), tmp_path)


@pytest.mark.parametrize("other", ["other/exercise.toml", "readme.md"])
def test_something_beside_the_exercise(other: str, files: Files, tmp_path: Path) -> None:
    """Two exercises, or something beside the folder, are refused: what belongs to it is not guessed."""
    with pytest.raises(SeveralFolders):
        unpacked(zipped({**{f"small/{name}": content for name, content in files.items()}, other: b"x"}), tmp_path)


def test_a_wrong_key_is_named_with_file_and_line(files: Files, tmp_path: Path) -> None:
    """An author reads which key of which file is wrong, and on which line, in both languages."""
    text = files["exercise.toml"].decode().replace("weight = 3", "weight = -3")
    line = text.split("\n").index("weight = -3") + 1
    with pytest.raises(BundleUnusable) as refused:
        unpacked(zipped({**files, "exercise.toml": text.encode()}), tmp_path)

    extra = refused.value.extra
    assert ("bundle/exercise.toml", line) == (extra["file"], extra["line"])
    assert "weight" in str(extra["key"])
    assert f"第 {line} 行" in refused.value.sentence.zh
    assert "至少应为 0" in refused.value.sentence.zh
    assert f"line {line}" in refused.value.sentence.en


@pytest.mark.parametrize(
    "text",
    ["[" * 5000, "a = " + "[" * 5000 + "]" * 5000, "schema = " + "9" * 10_000, "\ufeffschema = 1", "a = 1979-05-27",
     "[[data]]\npath = 3"],
    ids=["open", "deep", "long number", "mark", "date", "kind"],
)  # fmt: skip
def test_a_manifest_meant_to_break_parsers(text: str, files: Files, tmp_path: Path) -> None:
    """A manifest beyond what parsers bear is unusable, and no failure of ours."""
    with pytest.raises(BundleUnusable):
        unpacked(zipped({**files, "exercise.toml": text.encode()}), tmp_path)


def test_data_of_a_recipe_that_nobody_has(files: Files, tmp_path: Path) -> None:
    """Data may be listed where the platform has their recipe; another recipe is named with its line."""
    data = f'\n[[data]]\npath = "data/a.npy"\nsha256 = "{"0" * 64}"\nsource = "my-script"\n'
    with pytest.raises(BundleUnusable, match="my-script") as refused:
        unpacked(zipped({**files, "exercise.toml": files["exercise.toml"] + data.encode()}), tmp_path)
    assert refused.value.extra["line"] == files["exercise.toml"].count(b"\n") + 5


def test_data_of_a_recipe_that_the_platform_has(files: Files, tmp_path: Path) -> None:
    """Data that the platform can build need not be in the archive."""
    data = f'\n[[data]]\npath = "data/a.npy"\nsha256 = "{"0" * 64}"\nsource = "handwritten-digits"\n'

    assert "small" == unpacked(zipped({**files, "exercise.toml": files["exercise.toml"] + data.encode()}), tmp_path).id


def test_data_that_are_not_what_is_listed(files: Files, tmp_path: Path) -> None:
    """A file that lies in the archive and has another hash than the manifest says is refused now, not when judged."""
    data = f'\n[[data]]\npath = "data/a.npy"\nsha256 = "{"0" * 64}"\nsource = "handwritten-digits"\n'
    contents = {**files, "exercise.toml": files["exercise.toml"] + data.encode(), "data/a.npy": b"x"}
    with pytest.raises(BundleUnusable, match="sha256"):
        unpacked(zipped(contents), tmp_path)


def test_a_reserved_id(files: Files, tmp_path: Path) -> None:
    """An exercise cannot be called as a part of our own addresses is."""
    text = files["exercise.toml"].replace(b'id = "small"', b'id = "imports"')
    with pytest.raises(BundleUnusable, match="reserved"):
        unpacked(zipped({**files, "exercise.toml": text}), tmp_path)


# Git.


@pytest.fixture
def repository(small: Path) -> Path:
    """Return a repository of the small exercise, nothing committed yet."""
    git(small, "init", "--quiet", "--initial-branch=main")
    return small


def git(folder: Path, *words: str) -> None:
    """Run git as an author does."""
    who = {"GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@b", "GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@b"}
    subprocess.run(["git", *words], cwd=folder, check=True, capture_output=True, env={**os.environ, **who})


def bundled(repository: Path, *references: str) -> bytes:
    """Commit everything and return the repository as a git bundle."""
    git(repository, "add", "--all", "--force")
    git(repository, "commit", "--quiet", "--message", "x")
    file = repository.parent / "exercise.git-bundle"
    git(repository, "bundle", "create", "--quiet", str(file), *references)
    return file.read_bytes()


@pytest.mark.parametrize("reference", ["HEAD", "main"])
def test_a_git_bundle(reference: str, repository: Path, tmp_path: Path) -> None:
    """The files of HEAD, or of the only branch, are the exercise."""
    version = load_bundle(repository, BUILT).version

    assert version == unpacked(bundled(repository, reference), tmp_path).version


def test_attributes_and_filters_change_nothing(repository: Path, tmp_path: Path) -> None:
    """Files come as they were committed: no export rules, no substitution, no filter of anybody's."""
    version = load_bundle(repository, BUILT).version
    mark = tmp_path / "ran"
    rules = f"* export-subst filter=evil ident\nsubmissions/** export-ignore\n# touch {mark}\n"
    (repository / ".gitattributes").write_text(rules)
    (repository / ".gitmodules").write_text(f'[submodule "x"]\n\tpath = x\n\turl = ext::touch {mark}\n')

    got = unpacked(bundled(repository, "HEAD"), tmp_path)
    assert version == got.version
    assert not mark.exists()


def test_a_link_in_git(repository: Path, tmp_path: Path) -> None:
    """A symbolic link is refused and not followed."""
    (repository / "data").mkdir()
    (repository / "data" / "link").symlink_to("/etc/passwd")
    with pytest.raises(MemberIsNoFile):
        unpacked(bundled(repository, "HEAD"), tmp_path)


def test_a_submodule_in_git(repository: Path, tmp_path: Path) -> None:
    """A submodule is refused; nothing is fetched from anywhere."""
    git(repository, "update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},data/other")
    git(repository, "commit", "--quiet", "--message", "x")
    file = repository.parent / "exercise.git-bundle"
    git(repository, "bundle", "create", "--quiet", str(file), "HEAD")
    with pytest.raises(MemberIsNoFile):
        unpacked(file.read_bytes(), tmp_path)


def test_a_bundle_that_lacks_commits(repository: Path, tmp_path: Path) -> None:
    """A bundle of the last commits only says how to make a whole one."""
    bundled(repository, "HEAD")
    (repository / "stub.py").write_text("changed")
    with pytest.raises(BundleOfNothing):
        unpacked(bundled(repository, "HEAD~1..HEAD"), tmp_path)


def test_a_git_bundle_with_too_many_bytes(repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What git holds is measured before it is read."""
    monkeypatch.setattr("server.imports.gitbundles.MOST_BYTES", 1000)
    with pytest.raises(ArchiveTooLarge):
        unpacked(bundled(repository, "HEAD"), tmp_path)


@pytest.mark.parametrize("change", ["cut", "noise", "head only"])
def test_a_damaged_git_bundle(change: str, repository: Path, tmp_path: Path) -> None:
    """A bundle that git cannot read is refused."""
    data = bundled(repository, "HEAD")
    broken = {
        "cut": data[: len(data) // 2],
        "noise": data[:200] + os.urandom(len(data) - 200),
        "head only": b"# v2 git bundle\n\n",
    }[change]
    with pytest.raises(BundleOfNothing):
        unpacked(broken, tmp_path)
