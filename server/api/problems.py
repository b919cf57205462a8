"""Errors of the API: RFC 9457 problem documents, in the caller's language, with a stable ``code`` for programs."""

import json
from typing import Any

from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import Response

from exercises.text import Text
from server.errors import Refused
from server.web.locale import speaker
from server.web.requests import request_id_of
from server.web.visitor import language_of

MEDIA_TYPE = "application/problem+json"

BAD_REQUEST = Text(
    zh="请求的格式不对；errors 说明了哪一处。",
    en="The request does not have the right form; errors says where.",
)


class Problem(BaseModel):
    """A problem document (RFC 9457)."""

    type: str = Field(description="Identifies the kind of problem", examples=["/problems/not-enrolled"])
    title: str = Field(description="A few words in the caller's language")
    status: int = Field(description="The HTTP status")
    detail: str = Field(description="A sentence in the caller's language that says what to do")
    code: str = Field(description="Stable word for programs", examples=["not-enrolled"])
    request_id: str | None = Field(default=None, description="The X-Request-ID; name it when you ask for help")


#: For routers: every answer that is no success looks like this.
RESPONSES: dict[int | str, dict[str, Any]] = {
    "default": {"description": "A problem document", "content": {MEDIA_TYPE: {"schema": Problem.model_json_schema()}}}
}


def problem(request: Request, status: int, code: str, sentence: Text, **extra: object) -> Response:
    """Return a problem document as an answer."""
    language = language_of(request)
    say = speaker(language)
    title = say(f"error-{status}") if say.has(f"error-{status}") else say("error-other")
    document = {
        "type": f"/problems/{code}",
        "title": title,
        "status": status,
        "detail": sentence.in_language(language),
        "code": code,
        "request_id": request_id_of(request),
        **extra,
    }
    body = json.dumps(document, ensure_ascii=False, default=str)
    answer = Response(body, status_code=status, media_type=MEDIA_TYPE)
    answer.headers["Content-Language"] = say.tag
    return answer


def refusal(request: Request, error: Refused) -> Response:
    """Answer a refusal."""
    answer = problem(request, error.status, error.code, error.sentence, **error.extra)
    if error.status == 401:  # noqa: PLR2004 - HTTP's own number
        answer.headers["WWW-Authenticate"] = "Bearer"
    if "retry_after" in error.extra:
        answer.headers["Retry-After"] = str(error.extra["retry_after"])
    return answer


def bad_request(request: Request, error: RequestValidationError) -> Response:
    """Answer a request whose form is wrong, naming each place."""
    places = [
        {"where": ".".join(str(part) for part in one["loc"]), "message": str(one["msg"])} for one in error.errors()
    ]
    return problem(request, 422, "invalid-request", BAD_REQUEST, errors=places[:50])
