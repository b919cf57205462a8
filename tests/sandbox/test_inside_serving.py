"""A supervisor that serves run after run: order, users, ends, and what it does when something dies."""

import json
import os
import shutil
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from supervisors import IS_ROOT, WARM, Supervisor, place_code

from sandbox.inside.identity import Users, UsersUsedUp
from sandbox.inside.settings import settings_from

OWN_USERS = pytest.mark.skipif(not IS_ROOT, reason="only root can give runs users of their own")

WHO = "import json, os; json.dump(os.getuid(), open('out/uid.json', 'w'))"
EXTRA = {
    "with_a_thread": """
        import threading, time
        ENTRIES = {}
        def preload():
            threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
    """,
    "broken": "ENTRIES = {}\ndef preload():\n    raise ImportError('no such library')",
}


@pytest.fixture(scope="module")
def code() -> Iterator[Path]:
    """Place the code once."""
    yield (folder := place_code(EXTRA))
    shutil.rmtree(folder)


def wait_until_gone(family: list[psutil.Process]) -> list[psutil.Process]:
    """Wait for the end of processes; gives those that live on."""
    return psutil.wait_procs(family, timeout=10)[1]


def test_one_after_another(code: Path) -> None:
    """Requests are served in a row; each has a child of its own, which is said to be ready before it is asked."""
    with Supervisor(code, *WARM) as supervisor:
        seen = []
        for number in range(4):
            seen.append(supervisor.ready()["number"])
            supervisor.ask(f"open('out/n.json', 'w').write('{number}')")
            answer = supervisor.answer()
            seen.append((answer["ending"], answer.artifacts["n.json"], answer["clean"], answer["strays"]))

    assert [1, ("finished", b"0", True, False), 2, ("finished", b"1", True, False)] == seen[:4]
    assert 8 == len(seen)


def test_request_before_ready(code: Path) -> None:
    """A request that comes while the child is still getting ready is not lost."""
    with Supervisor(code, *WARM) as supervisor:
        supervisor.ask("")

        assert ("ready", "answer") == (supervisor.ready()["say"], supervisor.answer()["say"])


def test_without_keep_there_is_one_run(code: Path) -> None:
    """A supervisor that was not told to go on answers once and ends."""
    with Supervisor(code, "--warm") as supervisor:
        answer = supervisor.run("assert warmed")

        assert ("finished", 0) == (answer["ending"], supervisor.process.wait(timeout=10))


@OWN_USERS
def test_users_of_a_range(code: Path) -> None:
    """Every run has a user number of its own, in order and never again; when they are used up it just ends."""
    with Supervisor(code, *WARM, "--uids", "345000:3") as supervisor:
        seen = [json.loads(supervisor.run(WHO).artifacts["uid.json"]) for _ in range(3)]
        with pytest.raises(EOFError):
            supervisor.ready()

        assert ([345000, 345001, 345002], 0) == (seen, supervisor.process.wait(timeout=10))


def test_users_are_never_repeated() -> None:
    """Neither a range nor chance gives a number twice."""
    of_range, by_chance = Users(range(7, 10)), Users(None)

    assert [7, 8, 9] == [of_range.next() for _ in range(3)]
    with pytest.raises(UsersUsedUp):
        of_range.next()
    assert 500 == len({by_chance.next() for _ in range(500)})


def test_end_while_idle(code: Path) -> None:
    """When nobody will ask any more, everything ends and nothing lies about."""
    with Supervisor(code, *WARM) as supervisor:
        supervisor.ready()
        family = supervisor.family()

        assert (2, 0) == (len(family), supervisor.end())
        assert ([], []) == (wait_until_gone(family), list(supervisor.box.iterdir()))


def test_end_during_a_run(code: Path) -> None:
    """The same while a run goes on."""
    with Supervisor(code, *WARM) as supervisor:
        supervisor.ready()
        supervisor.ask("open('left', 'w')\nwhile True: pass")
        family = supervisor.family()
        time.sleep(0.3)

        assert (2, 0) == (len(family), supervisor.end())
        assert ([], []) == (wait_until_gone(family), list(supervisor.box.iterdir()))


def test_end_while_importing(code: Path) -> None:
    """The same before the first child is there."""
    with Supervisor(code, *WARM) as supervisor:
        assert 0 == supervisor.end()


def test_spare_killed(code: Path) -> None:
    """A child that is killed while it waits (for memory, say) is replaced; the next run knows nothing of it."""
    with Supervisor(code, *WARM) as supervisor:
        supervisor.ready()
        zygote = psutil.Process(supervisor.process.pid).children()[0]
        zygote.children()[0].kill()

        assert 2 == supervisor.ready()["number"]
        supervisor.ask("")
        assert "finished" == supervisor.answer()["ending"]


def test_spares_killed_again_and_again(code: Path) -> None:
    """Where every child is killed while it waits, that is said instead of trying for ever."""
    with Supervisor(code, *WARM) as supervisor:
        zygote = None
        for _ in range(3):
            supervisor.ready()
            zygote = zygote or psutil.Process(supervisor.process.pid).children()[0]
            zygote.children()[0].kill()

        assert "3 children in a row" in supervisor.answer()["fault"]


@pytest.mark.parametrize("code_of_run", [None, "while True: pass"], ids=["idle", "running"])
def test_zygote_killed(code: Path, code_of_run: str | None) -> None:
    """Without the process that forks there is a fault and an end, and no child lives on."""
    with Supervisor(code, *WARM) as supervisor:
        supervisor.ready()
        if code_of_run is not None:
            supervisor.ask(code_of_run)
            time.sleep(0.3)
        family = supervisor.family()
        psutil.Process(supervisor.process.pid).children()[0].kill()

        assert "forking process" in supervisor.answer()["fault"]
        assert (0, []) == (supervisor.process.wait(timeout=10), wait_until_gone(family))


def test_supervisor_killed(code: Path) -> None:
    """A supervisor that is killed takes everything with it."""
    with Supervisor(code, *WARM) as supervisor:
        supervisor.ready()
        family = supervisor.family()
        supervisor.process.send_signal(signal.SIGKILL)

        assert [] == wait_until_gone(family)


@pytest.mark.parametrize(
    ("payload", "words"), [("with_a_thread", "threads run before a fork"), ("broken", "no such library")]
)
def test_payload_that_must_not_be_forked(code: Path, payload: str, words: str) -> None:
    """A payload that starts threads while it is imported, or that cannot be imported, is a fault that says so."""
    with Supervisor(code, *WARM, payload=payload) as supervisor:
        assert words in supervisor.answer()["fault"]
        assert 0 == supervisor.process.wait(timeout=10)


def test_collector_that_dies(code: Path) -> None:
    """A collector that does not do its work is a fault, never an answer without artifacts."""
    broken = code / "with_broken_collector"
    broken.mkdir()
    (broken / "__main__.py").write_text(
        "import os, sys\nfrom sandbox_inside import collect, settings, supervisor\n"
        "collect._artifacts = lambda order: os._exit(0)\n"
        "supervisor.serve(settings.settings_from(sys.argv[1:]))\n"
    )
    with Supervisor(code, *WARM, module="with_broken_collector") as supervisor:
        assert "collector ended without a word" in supervisor.run("")["fault"]


@pytest.mark.parametrize("layer", ["system-call filter", "a user of its own", "collector checks"])
def test_required_and_left_out(layer: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A layer that is required cannot be left out, by whatever mistake."""
    with pytest.raises(SystemExit):
        settings_from(["--payload", "x", "--box", "/box", "--require", layer, "--leave-out", layer])

    assert "required and left out" in capsys.readouterr().err


@pytest.mark.parametrize("numbers", ["0:5", "5:0", "-3:9", "x", "1"])
def test_nonsense_for_users(numbers: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Root is nobody's own user, and an empty range is none."""
    with pytest.raises(SystemExit):
        settings_from(["--payload", "x", "--box", "/box", f"--uids={numbers}"])

    assert "--uids" in capsys.readouterr().err


@pytest.mark.skipif(not IS_ROOT, reason="only root can start a process as somebody else")
def test_without_any_right(code: Path) -> None:
    """As an ordinary user without capabilities all works; others of the same user are left alone."""
    user = 345_678
    bystander = psutil.Popen(["/bin/sleep", "60"], user=user, group=user, extra_groups=[])
    try:
        with Supervisor(code, *WARM, user=user) as supervisor:
            seen = [supervisor.run(WHO) for _ in range(2)]

            assert [str(user).encode()] * 2 == [answer.artifacts["uid.json"] for answer in seen]
            assert [(True, False)] * 2 == [(answer["clean"], answer["strays"]) for answer in seen]
            assert "a user of its own" not in seen[0]["layers"]
        assert bystander.is_running()
        assert psutil.STATUS_ZOMBIE != bystander.status()
    finally:
        os.kill(bystander.pid, signal.SIGKILL)
        bystander.wait()
