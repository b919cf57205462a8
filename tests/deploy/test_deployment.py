"""What operators copy: no default passwords, no right that is not needed, and no name that does not exist."""

import os
import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import yaml

from server.cli.main import COMMANDS
from server.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
SOCKET = "/var/run/docker.sock"
ONE_SHOT = {"setup"}


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    """Read docker-compose.yml."""
    read: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))
    return read


def test_services(compose: dict[str, Any]) -> None:
    """Database, web and worker; each has a health check, and starts again by itself; a preparation does neither."""
    services = compose["services"]
    assert {"postgres", "web", "worker"} | ONE_SHOT == services.keys()
    for name, service in services.items():
        if name in ONE_SHOT:
            assert ("no", True) == (service["restart"], service["healthcheck"]["disable"])
            continue
        assert "unless-stopped" == service["restart"]
        check = service["healthcheck"]
        assert "CMD" == check["test"][0], "a list, so that no shell is needed"
        assert {"interval", "timeout", "retries", "start_period"} <= check.keys()


def test_nothing_secret_has_a_default(compose: dict[str, Any]) -> None:
    """Every secret is a variable that must be set and says how; no value of one stands in the file."""
    values = [
        (f"{name} {key}", str(value))
        for name, service in compose["services"].items()
        for key, value in service.get("environment", {}).items()
    ]
    secrets = [(key, value) for key, value in values if re.search("PASSWORD|SECRET|TOKEN|KEY|DATABASE_URL", key)]
    assert len(secrets) >= 5
    for key, value in secrets:
        (reference,) = re.findall(r"\$\{([A-Z_]+)(:?[-?])([^}]*)\}", value)
        assert ":?" == reference[1], key
        assert "set it in .env" in reference[2], key
    for _, value in values:
        assert not re.search(r"\$\{[A-Z_]*(PASSWORD|SECRET|KEY)[A-Z_]*\}", value)
        assert not re.search(r"\$\{[A-Z_]*(PASSWORD|SECRET|KEY)[A-Z_]*:?-", value)


def test_only_the_worker_reaches_docker(compose: dict[str, Any]) -> None:
    """The socket is mounted into the worker alone, which nobody outside can talk to."""
    services = compose["services"]
    assert ["worker"] == [name for name, service in services.items() if SOCKET in str(service.get("volumes"))]
    assert ["worker"] == [name for name, service in services.items() if "group_add" in service]
    assert ["web"] == [name for name, service in services.items() if "ports" in service]
    assert all(port.startswith("127.0.0.1:") for port in services["web"]["ports"])
    assert "privileged" not in str(compose)
    assert compose["networks"]["back"]["internal"]
    assert ["back"] == services["postgres"]["networks"]
    assert "outside" not in services["web"]["networks"]


def test_the_web_may_do_nothing_but_serve(compose: dict[str, Any]) -> None:
    """Its root is read-only, it has no capability and can get none; it believes the proxy in front of it alone."""
    web = compose["services"]["web"]
    for name in ("web", "worker", "setup"):
        assert ["ALL"] == compose["services"][name]["cap_drop"]
        assert ["no-new-privileges:true"] == compose["services"][name]["security_opt"]
    assert web["read_only"]
    assert [compose["networks"]["front"]["ipam"]["config"][0]["gateway"]] == [
        web["environment"]["BEGINEND_TRUSTED_PROXIES"]
    ]
    assert "user" not in web, "the image's own user, which is not root"


def test_settings_in_it_exist_and_are_safe(compose: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """With the variables set, each service's environment is one that the program starts with; none is misspelt."""
    for name in list(os.environ):
        if name.startswith("BEGINEND_"):
            monkeypatch.delenv(name)
    known = {f"BEGINEND_{field.upper()}" for field in Settings.model_fields} | {"DATABASE_URL"}
    given = {"BEGINEND_BASE_URL": "https://learn.example.edu", "BEGINEND_SECRET_KEY": "s" * 64, "BEGINEND_SLOTS": ""}
    for name in ("web", "worker", "setup"):
        environment = compose["services"][name]["environment"]
        assert environment.keys() <= known
        with monkeypatch.context() as patched:
            for key, value in environment.items():
                patched.setenv(key, filled_in(str(value), given))
            settings = Settings()
        assert "docker" in settings.sandboxes[0]
        assert settings.exposed == (name == "web")
    command = {name: compose["services"][name]["command"][0] for name in ("web", "worker", "setup")}
    assert set(command.values()) <= COMMANDS.keys()
    assert compose["services"]["worker"]["healthcheck"]["test"][2] in COMMANDS


def filled_in(value: str, given: dict[str, str]) -> str:
    """Return a value as compose makes it: a variable that is not set is what stands after ``:-``."""

    def of(found: re.Match[str]) -> str:
        default = found[3] if found[2] == ":-" else "pw"
        return given.get(found[1]) or default

    return re.sub(r"\$\{([A-Z_]+)(:?[-?])([^}]*)\}", of, value)


def test_several_machines_share_a_store(compose: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """Web and worker get the store that ``.env`` names, and the keys to it from a file; the rest gets neither."""
    image = f"sha256:{'1a' * 32}"
    given = {
        "BEGINEND_STORE": "s3://beginend/platform",
        "BEGINEND_CACHE_MIB": "100",
        "BEGINEND_LANES": "rescore",
        "BEGINEND_SANDBOX_IMAGE": image,
        "BEGINEND_BASE_URL": "https://learn.example.edu",
        "BEGINEND_SECRET_KEY": "s" * 64,
    }
    services = compose["services"]
    assert ["web", "worker"] == sorted(name for name, service in services.items() if "env_file" in service)
    for name in ("web", "worker"):
        assert [{"path": "store.env", "required": False}] == services[name]["env_file"]
        with monkeypatch.context() as patched:
            for key, value in services[name]["environment"].items():
                patched.setenv(key, filled_in(str(value), given))
            settings = Settings()
        assert ("s3://beginend/platform", 100) == (settings.store, settings.cache_mib)
        if name == "worker":
            assert (("rescore",), image) == (settings.lane_names, settings.sandbox_image)
    assert not [key for service in services.values() for key in service.get("environment", {}) if "AWS" in key]
    for ignored in (".gitignore", ".dockerignore"):
        assert "store.env" in (ROOT / ignored).read_text("utf-8").split("\n")


def test_a_worker_made_anew_is_the_same_machine(compose: dict[str, Any]) -> None:
    """Its host's name is not the container's id, or nobody who is made anew would find that he was drained."""
    assert "beginend-worker" == filled_in(compose["services"]["worker"]["hostname"], {})
    assert "lab-7" == filled_in(compose["services"]["worker"]["hostname"], {"BEGINEND_HOSTNAME": "lab-7"})


def instructions(file: Path) -> list[str]:
    """Return a Dockerfile's instructions, each on one line."""
    text = re.sub(r"\\\n\s*", " ", file.read_text("utf-8"))
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def test_dockerfile() -> None:
    """Two stages from one base that can be pinned; the last one runs as nobody in particular and has a health check."""
    lines = instructions(ROOT / "Dockerfile")
    assert lines[0].startswith("ARG PYTHON_IMAGE=python:3.")
    assert ["FROM ${PYTHON_IMAGE} AS build", "FROM ${PYTHON_IMAGE}"] == [line for line in lines if line[:4] == "FROM"]
    last = lines[lines.index("FROM ${PYTHON_IMAGE}") :]
    assert "USER beginend" in last
    assert not [line for line in last[last.index("USER beginend") :] if line.startswith(("RUN", "COPY", "ADD"))]
    assert any(line.startswith("HEALTHCHECK") and "/healthz" in line for line in last)
    assert any("static/islands/editor.js" in line for line in lines[: lines.index("FROM ${PYTHON_IMAGE}")])
    for line in lines:
        assert not re.search("(?i)password|secret", line)


def test_dockerignore_keeps_secrets_and_data_out() -> None:
    """Neither data, nor keys, nor history goes into an image; what the program needs does."""
    ignored = set((ROOT / ".dockerignore").read_text("utf-8").split("\n"))
    assert {".git", ".env", "var", ".venv", "*.tar", "**/node_modules"} <= ignored
    for needed in ("pyproject.toml", "README.md", "LICENSE", "server", "grader", "exercises", "sandbox", "migrations"):
        assert needed not in ignored
        assert (ROOT / needed).exists()


def blocks(text: str) -> list[tuple[str, list[list[str]]]]:
    """Parse nginx's language: the path of each block and its directives; unbalanced braces are an error."""
    found: list[tuple[str, list[list[str]]]] = [("", [])]
    path: list[int] = [0]
    lexer = shlex.shlex(text, posix=True, punctuation_chars="{};")
    lexer.whitespace_split, lexer.commenters = True, "#"
    words: list[str] = []
    for token in lexer:
        for sign in re.findall(r"[{};]|[^{};]+", token) if set(token) <= set("{};") else [token]:
            if sign == ";":
                found[path[-1]][1].append(words)
                words = []
            elif sign == "{":
                found.append((" ".join(words), []))
                path.append(len(found) - 1)
                words = []
            elif sign == "}":
                assert not words, f"no semicolon after {words}"
                path.pop()
            else:
                words.append(sign)
    assert [0] == path
    return found


def test_nginx() -> None:
    """TLS with HSTS, event streams without buffering, addresses set and not added to, numbers for the monitor alone."""
    found = blocks((ROOT / "deploy" / "nginx.conf").read_text("utf-8"))
    servers = [directives for name, directives in found if name == "server"]
    plain, tls = servers
    assert ["return", "301", "https://$host$request_uri"] in plain
    assert ["listen", "443", "ssl", "http2"] in tls
    assert ["ssl_protocols", "TLSv1.2", "TLSv1.3"] in tls
    assert ["add_header", "Strict-Transport-Security", "max-age=31536000", "always"] in tls
    assert ["proxy_set_header", "X-Forwarded-For", "$remote_addr"] in tls
    assert ["proxy_set_header", "X-Forwarded-Proto", "$scheme"] in tls
    assert ["proxy_set_header", "X-Request-ID", "$request_id"] in tls
    assert any(directive[0] == "client_max_body_size" for directive in tls)
    locations = {name: directives for name, directives in found if name.startswith("location")}
    (events,) = [directives for name, directives in locations.items() if "events" in name]
    assert ["proxy_buffering", "off"] in events
    (numbers,) = [directives for name, directives in locations.items() if "metrics" in name]
    assert numbers.index(["deny", "all"]) > numbers.index(["allow", "127.0.0.1"])
    assert all(["proxy_pass", "http://beginend"] in directives for directives in locations.values())
    # A header that is set in a location would replace all those of the server.
    assert not [one for directives in locations.values() for one in directives if one[0] == "proxy_set_header"]
