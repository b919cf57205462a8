"""Settings: read from the environment, and refused where the server would be unsafe."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from server.errors import UnsafeSettings
from server.settings import Settings, cores, load_settings
from server.workshop import slots_of

SECRET = "0123456789abcdef" * 4
EVERYWHERE = "0.0.0.0"  # noqa: S104 (what is refused is tested here)
EXPOSED = {"host": EVERYWHERE, "secret_key": SECRET, "base_url": "https://learn.example.org", "sandbox": "docker"}


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the machine's own variables out."""
    for name in ("DATABASE_URL", "BEGINEND_DATABASE_URL", "BEGINEND_HOST", "BEGINEND_SANDBOX", "BEGINEND_HOME"):
        monkeypatch.delenv(name, raising=False)


def test_one_command() -> None:
    """Without any variable the server is for this machine alone, with an embedded database."""
    settings = load_settings()

    assert not settings.exposed
    assert settings.database_url is None
    assert "http://127.0.0.1:8000" == settings.address
    assert not settings.cookies_need_https
    assert ("docker", "process") == settings.sandboxes


def test_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Variables are read, DATABASE_URL under its usual name too, and a blank one counts as not set."""
    monkeypatch.setenv("BEGINEND_PORT", "9000")
    monkeypatch.setenv("DATABASE_URL", "postgresql:///x")
    monkeypatch.setenv("BEGINEND_BASE_URL", "")

    assert (9000, "postgresql:///x", None) == (
        load_settings().port,
        load_settings().database_url,
        load_settings().base_url,
    )


def test_exposed() -> None:
    """An exposed server with a secret, https and docker starts; its cookies need https and it never uses a process."""
    settings = Settings(**EXPOSED)  # type: ignore[arg-type]

    assert settings.exposed
    assert settings.cookies_need_https
    assert ("docker",) == Settings(**{**EXPOSED, "sandbox": "auto"}).sandboxes  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"sandbox": "process"}, "BEGINEND_SANDBOX=docker"),
        ({"secret_key": None}, "BEGINEND_SECRET_KEY"),
        ({"secret_key": "short"}, "too short"),
        ({"base_url": None}, "BEGINEND_COOKIE_SECURE=false"),
        ({"base_url": "http://learn.example.org"}, "BEGINEND_COOKIE_SECURE=false"),
        ({"host": "::", "sandbox": "process"}, "BEGINEND_SANDBOX=docker"),
        ({"host": "learn.example.org", "sandbox": "process"}, "BEGINEND_SANDBOX=docker"),
        ({"database_url": "mysql://x"}, "postgresql://"),
        ({"database_url": "sqlite:///x"}, "postgresql://"),
        ({"stalled_seconds": 6}, "BEGINEND_STALLED_SECONDS"),
        ({"slots": 2, "max_quick_concurrency": 3}, "BEGINEND_SLOTS=2: set one of the two"),
        ({"host": "127.0.0.1", "sandbox": "process", "oci_runtime": "runsc"}, "BEGINEND_OCI_RUNTIME=runsc"),
        ({"oci_runtime": "--privileged"}, "pattern"),
    ],
)
def test_unsafe(change: dict[str, object], sentence: str) -> None:
    """Each thing that makes a server unsafe is refused with what to set instead."""
    with pytest.raises(ValidationError, match=sentence):
        Settings(**{**EXPOSED, **change})  # type: ignore[arg-type]


def test_refusal_names_the_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    """At start the refusal is one sentence with the variable's name."""
    monkeypatch.setenv("BEGINEND_PORT", "many")
    with pytest.raises(UnsafeSettings, match=r"^BEGINEND_PORT: .*integer"):
        load_settings()

    monkeypatch.setenv("BEGINEND_PORT", "8000")
    monkeypatch.setenv("BEGINEND_HOST", EVERYWHERE)
    monkeypatch.setenv("BEGINEND_SANDBOX", "process")
    with pytest.raises(UnsafeSettings, match=r"^BEGINEND_SANDBOX=process runs code with your own rights"):
        load_settings()


def test_trusted_network() -> None:
    """Who says so explicitly may serve a class-room without https."""
    settings = Settings(**{**EXPOSED, "base_url": None, "cookie_secure": False})  # type: ignore[arg-type]

    assert not settings.cookies_need_https


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "127.8.8.8"])
def test_loopback(host: str) -> None:
    """Every loopback address is this machine alone."""
    assert not Settings(host=host, sandbox="process").exposed


def test_secret_is_kept(tmp_path: Path) -> None:
    """A secret that nobody set is made once, readable by its owner alone, and is the same ever after."""
    settings = Settings(home=tmp_path)
    first = settings.secret()

    assert 64 == len(first)
    assert first == Settings(home=tmp_path).secret()
    assert 0o600 == (tmp_path / "secret-key").stat().st_mode & 0o777
    assert ["secret-key"] == [path.name for path in tmp_path.iterdir()]
    assert SECRET.encode() == Settings(home=tmp_path, secret_key=SECRET).secret()  # type: ignore[arg-type]


def test_slots_and_jobs_follow_each_other() -> None:
    """Without a word there is a slot and a job for each core; setting one of the two sets the other."""
    neither, slots, jobs = Settings(), Settings(slots=7), Settings(max_quick_concurrency=5)

    assert (cores(), cores()) == (neither.quick_slots, neither.quick_concurrency)
    assert (7, 7) == (slots.quick_slots, slots.quick_concurrency)
    assert (5, 5) == (jobs.quick_slots, jobs.quick_concurrency)
    assert (7, 5) == (Settings(slots=7, max_quick_concurrency=5).quick_slots, 5)


def test_a_container_runtime_rules_the_process_sandbox_out() -> None:
    """Who asked for gVisor never silently gets a bare process."""
    assert ("docker",) == Settings(oci_runtime="runsc").sandboxes


def test_slots_follow_the_settings() -> None:
    """Each training has a slot beside the quick ones, and a command starts none before it is needed."""
    worker = slots_of(Settings(slots=4, max_training_concurrency=2), ahead=True)
    command = slots_of(Settings(slots=1), ahead=False)

    assert (4, 2, 2, True) == (worker.quick, worker.long, worker.judges, worker.ahead)
    assert (1, 1, 1, False) == (command.quick, command.long, command.judges, command.ahead)


OIDC = {"oidc_issuer": "https://id.example.org", "oidc_client_id": "beginend", "oidc_client_secret": SECRET}


@pytest.mark.parametrize(
    "issuer", ["https://id.example.org/realms/a", "http://127.0.0.1:9/x", "http://[::1]:9", "http://localhost"]
)
def test_a_provider(issuer: str) -> None:
    """Https anywhere, or this machine; people get no account by themselves unless the operator wants it."""
    settings = Settings(**{**OIDC, "oidc_issuer": issuer})  # type: ignore[arg-type]

    assert (issuer, False) == (settings.oidc_issuer, settings.oidc_create)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"oidc_issuer": "http://id.example.org"}, "https://"),
        ({"oidc_issuer": "http://127.0.0.1.example.org"}, "https://"),
        ({"oidc_issuer": "http://localhost@id.example.org"}, "https://"),
        ({"oidc_issuer": "id.example.org"}, "https://"),
        ({"oidc_issuer": "https://"}, "https://"),
        ({"oidc_client_id": ""}, "BEGINEND_OIDC_CLIENT_ID"),
        ({"oidc_client_secret": None}, "BEGINEND_OIDC_CLIENT_SECRET"),
    ],
)
def test_a_provider_that_cannot_be_used(change: dict[str, object], sentence: str) -> None:
    """Nobody may listen on the way, and what is needed must be there."""
    with pytest.raises(ValidationError, match=sentence):
        Settings(**{**OIDC, **change})  # type: ignore[arg-type]
