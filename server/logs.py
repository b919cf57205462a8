"""Write log lines: JSON for programs that collect them, or text for people; nothing secret in either.

Modules log as ever (``logging.getLogger(__name__)``). What is bound with structlog's context variables, such as the id
of a request or of a submission, is added to every line that is written meanwhile.
"""

import logging
import re
import sys
from collections.abc import Mapping, MutableMapping
from typing import Any, Literal, TextIO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

#: Fields that never hold anything a log may have, whoever put them there.
SECRET_FIELDS = frozenset(
    {"answer", "authorization", "body", "code", "cookie", "password", "secret", "set-cookie", "source", "token"}
)
LEFT_OUT = "(left out)"

#: Where libraries quote in an error's words the data that it is about: PostgreSQL the row, pydantic the input.
QUOTING = (
    re.compile(
        r"(?P<said>Failing row contains |Key \([^)]*\)=)\(.*?(?=\n\[SQL|\nCONTEXT|\n\nThe above|\n\nDuring|\Z)",
        re.DOTALL,
    ),
    re.compile(r"(?P<said>CONTEXT:  COPY [^\n]*?: ).*?(?=\n\n|\Z)", re.DOTALL),
    re.compile(r"(?P<said>input_value=).*?(?=, input_type=)", re.DOTALL),
    re.compile(r"(?P<said>\[parameters: ).*?(?=\]\n|\Z)", re.DOTALL),
)

#: Loggers of libraries that tell every step.
QUIET = ("procrastinate", "uvicorn", "asyncio", "urllib3", "docker", "httpx", "alembic")


def configure_logs(form: Literal["auto", "json", "text"] = "auto", stream: TextIO | None = None) -> None:
    """Send every line of this process to ``stream``, in one form; calling again replaces what was set up.

    Args:
        form: ``json``, ``text``, or ``auto``: text where a person looks on.
        stream: Where lines go; stderr when left out.

    """
    stream = stream or sys.stderr
    as_json = writes_json(form, stream)
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=as_json),
        structlog.processors.StackInfoRenderer(),
        structlog.processors.format_exc_info,
        without_secrets,
    ]
    last: Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if as_json
        else structlog.dev.ConsoleRenderer(colors=stream.isatty(), pad_event_to=0)
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared, processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, last]
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)


def writes_json(form: Literal["auto", "json", "text"], stream: TextIO) -> bool:
    """Return whether lines of this form are JSON on this stream."""
    return form == "json" or (form == "auto" and not stream.isatty())


def without_secrets(_logger: WrappedLogger, _method: str, line: EventDict) -> MutableMapping[str, Any]:
    """Leave out what must not be kept: fields that are named after secrets, and data that errors quote."""
    return {name: LEFT_OUT if name.lower() in SECRET_FIELDS else _cleaned(value) for name, value in line.items()}


def _cleaned(value: object) -> object:
    """Return a field without what errors quote in it."""
    if isinstance(value, Mapping):
        return {key: LEFT_OUT if str(key).lower() in SECRET_FIELDS else _cleaned(one) for key, one in value.items()}
    if isinstance(value, str):
        for quoting in QUOTING:
            value = quoting.sub(rf"\g<said>{LEFT_OUT}", value)
    return value
