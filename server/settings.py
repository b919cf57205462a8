"""What an operator can set, read once from the environment; a server that would be unsafe refuses to start here."""

import ipaddress
import os
import secrets
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import AliasChoices, BeforeValidator, Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from server.addresses import is_loopback, nobody_listens
from server.errors import UnsafeSettings

#: Characters below which a key can be guessed.
SHORTEST_SECRET = 32

#: What a worker can do: each has slots of its own.
LANES = ("quick", "training", "rescore")

#: The catalogue that comes with the platform.
BUILT_IN_CATALOGUE = Path(__file__).resolve().parent.parent / "exercises" / "bundles"


def cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _none_when_blank(value: object) -> object:
    """Read a variable that is set to nothing as not set: compose files write ``NAME=${NAME:-}``."""
    return None if isinstance(value, str) and not value.strip() else value


BlankIsNone = BeforeValidator(_none_when_blank)


class Settings(BaseSettings):
    """The operator's choices; every field is ``BEGINEND_<NAME>`` in the environment, ``DATABASE_URL`` also as it is."""

    model_config = SettingsConfigDict(env_prefix="BEGINEND_", frozen=True, extra="ignore", populate_by_name=True)

    # Where things lie.
    home: Path = Field(default=Path("var"), description="everything the platform writes, unless another place is named")
    catalogue: Path = Field(default=BUILT_IN_CATALOGUE, description="folder of exercise bundles")
    store: Annotated[str | None, BlankIsNone] = Field(
        default=None,
        description="what the machines share: s3://bucket/prefix, or another URL or folder that all of them reach, for "
        "artifacts, published bundles and their data; folders under home when not set",
    )
    cache_mib: int = Field(
        default=2048, ge=0, description="how much of what comes from a store elsewhere is kept on this machine's disk"
    )
    artifact_url: Annotated[str | None, BlankIsNone] = Field(
        default=None, description="fsspec URL of the artifacts alone; in the store, or home/artifacts, when not set"
    )
    artifact_days: int = Field(
        default=30,
        ge=0,
        description="how long what runs leave is kept, to judge it once more without running; 0: not, but what waits "
        "for its training is kept for two days in any case",
    )

    # The database.
    database_url: Annotated[str | None, BlankIsNone] = Field(
        default=None,
        validation_alias=AliasChoices("BEGINEND_DATABASE_URL", "DATABASE_URL"),
        description="postgresql://...; an embedded server under home when not set",
    )
    listen_url: Annotated[str | None, BlankIsNone] = Field(
        default=None, description="the same database past a pooler such as PgBouncer, which cannot LISTEN"
    )

    # The web.
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65535)
    base_url: Annotated[str | None, BlankIsNone] = Field(
        default=None, description="the address people type, with https:// in production"
    )
    cookie_secure: Annotated[bool | None, BlankIsNone] = Field(
        default=None, description="whether cookies need https; follows base_url when not set"
    )
    secret_key: Annotated[SecretStr | None, BlankIsNone] = Field(
        default=None, description="signs forms; made and kept under home when not set"
    )
    session_days: int = Field(default=30, ge=1, le=400)
    trusted_proxies: str = Field(
        default="",
        description="addresses or networks, with commas, whose X-Forwarded-For and X-Forwarded-Proto are believed",
    )
    api_requests_per_minute: int = Field(default=3000, ge=60, description="most API requests of one person in a minute")
    submissions_per_minute: int = Field(default=20, ge=1, description="most submissions of one person in a minute")

    # Signing in through an OpenID provider.
    oidc_issuer: Annotated[str | None, BlankIsNone] = Field(
        default=None, description="the provider's issuer, as its discovery document names it; none when not set"
    )
    oidc_client_id: Annotated[str | None, BlankIsNone] = Field(default=None, description="what the provider calls us")
    oidc_client_secret: Annotated[SecretStr | None, BlankIsNone] = Field(
        default=None, description="what we show to the provider"
    )
    oidc_name: str = Field(default="OpenID", min_length=1, max_length=60, description="what people call the provider")
    oidc_create: bool = Field(default=False, description="whether people without an account get one by signing in")

    # The sandbox.
    sandbox: Literal["auto", "docker", "process"] = "auto"
    mode: Literal["warm", "oneshot", "cold"] = Field(
        default="warm",
        description="how far runs are kept apart: warm (slots that serve one run after another), oneshot (slots that "
        "are prepared ahead and used once) or cold (started for each run); an exercise may ask for more",
    )
    slots: Annotated[int | None, BlankIsNone] = Field(
        default=None, ge=1, le=256, description="slots for quick runs; one for each core when not set"
    )
    oci_runtime: Annotated[str | None, BlankIsNone] = Field(
        default=None,
        pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$",
        description="the Docker engine's runtime for the containers, such as runsc or kata; its default when not set",
    )

    sandbox_image: Annotated[str | None, BlankIsNone] = Field(
        default=None,
        pattern=r"^sha256:[0-9a-f]{64}$",
        description="id of the sandbox image to judge in, where it is not to be the one that this version builds: for"
        " a worker that only rescores on it",
    )

    # What is said of all this.
    log: Literal["auto", "json", "text"] = Field(
        default="auto", description="how log lines are written; auto: as text on a terminal, as JSON elsewhere"
    )

    # The worker.
    lanes: str = Field(
        default="quick,training,rescore",
        description="what this worker does, with commas: quick (structure checks), training, rescore (also the gate)",
    )
    max_quick_concurrency: Annotated[int | None, BlankIsNone] = Field(
        default=None, ge=1, le=256, description="jobs of live-quick at a time; as many as there are slots when not set"
    )
    max_training_concurrency: int = Field(
        default=1, ge=1, le=64, description="jobs of live-train and rescore at a time; each has a slot of its own"
    )
    heartbeat_seconds: float = Field(default=5, gt=0)
    stalled_seconds: float = Field(default=15, gt=0, description="a worker silent for so long is taken for dead")
    sweep_seconds: float = Field(default=30, gt=0, description="how often lost submissions are looked for")
    poll_seconds: float = Field(default=1, gt=0, description="how often a worker looks for jobs it was not told of")
    stop_seconds: float = Field(default=20, ge=0, description="how long a stopping worker waits for its jobs")
    max_faults: int = Field(default=3, ge=1, description="faults of ours after which a submission is a system error")

    @field_validator("database_url", "listen_url")
    @classmethod
    def _is_postgresql(cls, url: str | None) -> str | None:
        """Only PostgreSQL is spoken; say so before a driver does."""
        if url is not None and urlsplit(url).scheme not in {"postgresql", "postgres", "postgresql+psycopg"}:
            raise ValueError("must begin with postgresql://, the only database BeginEnd speaks to")
        return url

    @field_validator("store")
    @classmethod
    def _is_a_place(cls, url: str | None) -> str | None:
        """Refuse what would be a folder of wherever a process happens to be started, or two places in one."""
        if url is not None and "://" not in url and not Path(url).is_absolute():
            raise ValueError("must be an URL such as s3://bucket/prefix, or a folder's path from the root")
        if url is not None and "://" in url and "//" in url.partition("://")[2]:
            raise ValueError("must have one slash at a time after ://, as in s3://bucket/prefix")
        return url

    @field_validator("store", "artifact_url", "home")
    @classmethod
    def _is_one_place(cls, place: str | Path | None) -> str | Path | None:
        """Refuse what fsspec reads as one place within another."""
        if place is not None and "::" in str(place):
            raise ValueError("must not contain ::, which stands for one store within another")
        return place

    @field_validator("lanes")
    @classmethod
    def _are_lanes(cls, lanes: str) -> str:
        """Refuse a worker that would do nothing, or what nobody knows."""
        named = [part.strip() for part in lanes.split(",") if part.strip()]
        if not named or not set(named) <= set(LANES):
            raise ValueError(f"{lanes!r} must name some of {', '.join(LANES)}, with commas between them")
        return lanes

    @field_validator("trusted_proxies")
    @classmethod
    def _are_addresses(cls, proxies: str) -> str:
        """Refuse names and ``*``: whoever is believed can pretend to call from anywhere."""
        for proxy in filter(None, (part.strip() for part in proxies.split(","))):
            try:
                ipaddress.ip_network(proxy)
            except ValueError as error:
                raise ValueError(
                    f"{proxy!r} is neither an address nor a network: write it like 10.0.0.5 or 10.0.0.0/24"
                ) from error
        return proxies

    @model_validator(mode="after")
    def _what_waits_waits_in_the_queue(self) -> Self:
        """Keep jobs that would find no slot in the queue, where any worker may take them."""
        if self.quick_concurrency > self.quick_slots:
            raise ValueError(
                f"BEGINEND_MAX_QUICK_CONCURRENCY={self.quick_concurrency} is more than "
                f"BEGINEND_SLOTS={self.quick_slots}: set one of the two, the other follows"
            )
        return self

    @model_validator(mode="after")
    def _runtime_is_dockers(self) -> Self:
        """Refuse a container runtime where there are no containers."""
        if self.oci_runtime is not None and self.sandbox == "process":
            raise ValueError(
                f"BEGINEND_OCI_RUNTIME={self.oci_runtime} is a runtime for containers, and "
                "BEGINEND_SANDBOX=process has none: leave one of the two out"
            )
        return self

    @model_validator(mode="after")
    def _heart_beats_often_enough(self) -> Self:
        """Keep a worker that is alive from being taken for dead between two beats."""
        if self.stalled_seconds < 2 * self.heartbeat_seconds:
            raise ValueError("BEGINEND_STALLED_SECONDS must be at least twice BEGINEND_HEARTBEAT_SECONDS")
        return self

    @model_validator(mode="after")
    def _provider_can_be_used(self) -> Self:
        """Ask for all that signing in elsewhere needs, and that nobody listens on the way."""
        if self.oidc_issuer is None:
            return self
        if not nobody_listens(self.oidc_issuer):
            raise ValueError(
                f"BEGINEND_OIDC_ISSUER={self.oidc_issuer} must begin with https:// (http:// only on this machine)"
            )
        if self.oidc_client_id is None or self.oidc_client_secret is None:
            raise ValueError("BEGINEND_OIDC_ISSUER needs BEGINEND_OIDC_CLIENT_ID and BEGINEND_OIDC_CLIENT_SECRET")
        return self

    @model_validator(mode="after")
    def _safe_when_others_can_reach_it(self) -> Self:
        """Refuse what is fine on one's own machine but not where strangers knock."""
        if not self.exposed:
            return self
        if self.sandbox == "process":
            raise ValueError(
                f"BEGINEND_SANDBOX=process runs code with your own rights, so it may not listen on {self.host}: "
                "use BEGINEND_SANDBOX=docker, or BEGINEND_HOST=127.0.0.1"
            )
        if self.secret_key is None:
            raise ValueError(
                f"listening on {self.host} needs BEGINEND_SECRET_KEY, the same for every web process: "
                "set it to the output of `openssl rand -hex 32`"
            )
        if len(self.secret_key.get_secret_value()) < SHORTEST_SECRET:
            raise ValueError(f"BEGINEND_SECRET_KEY is too short to be a secret: at least {SHORTEST_SECRET} characters")
        if self.cookie_secure is None and not self.is_https:
            raise ValueError(
                f"listening on {self.host} without https would send passwords in the clear: set BEGINEND_BASE_URL "
                "to the https:// address people use, or BEGINEND_COOKIE_SECURE=false if this network is trusted"
            )
        return self

    @property
    def exposed(self) -> bool:
        """Whether machines other than this one can reach the web server."""
        return not is_loopback(self.host)

    @property
    def sandboxes(self) -> tuple[Literal["docker", "process"], ...]:
        """Which sandboxes may be used, best first; the process sandbox only where that was not ruled out.

        It is where strangers can submit, and where somebody asked for a container runtime.
        """
        if self.sandbox == "auto":
            return ("docker",) if self.exposed or self.oci_runtime else ("docker", "process")
        return (self.sandbox,)

    @property
    def quick_slots(self) -> int:
        """How many slots quick runs have."""
        return self.slots or self.max_quick_concurrency or cores()

    @property
    def quick_concurrency(self) -> int:
        """How many quick jobs are judged at a time; what more there is waits in the queue."""
        return self.max_quick_concurrency or self.quick_slots

    @property
    def lane_names(self) -> tuple[str, ...]:
        """What a worker does, in the order of its lanes."""
        named = {part.strip() for part in self.lanes.split(",")}
        return tuple(name for name in LANES if name in named)

    @property
    def is_https(self) -> bool:
        """Whether people come by https."""
        return self.base_url is not None and urlsplit(self.base_url).scheme == "https"

    @property
    def proxies(self) -> list[str]:
        """Whose X-Forwarded headers are believed."""
        return [part.strip() for part in self.trusted_proxies.split(",") if part.strip()]

    @property
    def address(self) -> str:
        """The address people type, without a slash at its end."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return (self.base_url or f"http://{host}:{self.port}").rstrip("/")

    @property
    def cookies_need_https(self) -> bool:
        """Whether cookies carry the ``Secure`` attribute."""
        return self.is_https if self.cookie_secure is None else self.cookie_secure

    @property
    def built(self) -> Path:
        """Content-addressed store of built exercise data."""
        return self.home / "data"

    @property
    def shelf(self) -> Path:
        """Where each published version of a bundle is kept."""
        return self.home / "bundles"

    @property
    def artifacts(self) -> str:
        """The fsspec URL of the artifact store."""
        return self.artifact_url or self.stored("artifacts") or str((self.home / "artifacts").absolute())

    def stored(self, part: str) -> str | None:
        """Return the URL of a part of the store that the machines share; None where there is none."""
        return None if self.store is None else f"{self.store.rstrip('/')}/{part}"

    def secret(self) -> bytes:
        """Return the key that signs forms; made on first use and kept under ``home`` when none was set."""
        if self.secret_key is not None:
            return self.secret_key.get_secret_value().encode()
        kept = self.home / "secret-key"
        kept.parent.mkdir(parents=True, exist_ok=True)
        if not kept.exists():
            made = kept.with_name(f"secret-key.{secrets.token_hex(4)}")
            made.touch(mode=0o600)
            made.write_text(secrets.token_hex(32), encoding="ascii")
            try:
                kept.hardlink_to(made)  # of two processes that start at once, one wins and both read the same
            except FileExistsError:
                pass
            finally:
                made.unlink()
        return kept.read_text(encoding="ascii").encode()


def load_settings() -> Settings:
    """Read the settings from the environment.

    Raises:
        UnsafeSettings: A value does not fit, or the server would be unsafe; the message says what to set.

    """
    try:
        return Settings()
    except ValidationError as error:
        raise UnsafeSettings(
            "; ".join(_sentence(problem["loc"], problem["msg"]) for problem in error.errors())
        ) from error


def _sentence(location: tuple[int | str, ...], message: str) -> str:
    """Say what is wrong with which variable, in one line."""
    plain = message.removeprefix("Value error, ")
    if not location:
        return plain
    name = str(location[0])
    return f"{name if name.isupper() else 'BEGINEND_' + name.upper()}: {plain}"
