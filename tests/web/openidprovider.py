"""A small OpenID provider on loopback: a real one, that signs real tokens and checks what a provider must check.

Whoever comes is signed in at once as ``person``. Its answers can be made wrong on purpose, one at a time.
"""

import base64
import contextlib
import hashlib
import secrets
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import uvicorn
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from server.serving import listen

CLIENT_ID = "beginend"
CLIENT_SECRET = "the secret of the client"


@dataclass
class SmallProvider:
    """The provider's state.

    Attributes:
        issuer: Its address.
        redirect_uri: The only address to which it sends people back.
        person: The claims of whoever comes.
        claims: Claims that are put in the place of the right ones.
        document: Likewise in the discovery document.
        forged: Whether tokens are signed with a key that is not the published one, under its name.
        refusal: What it answers at the authorisation endpoint instead of a code.
        refused: Why the token endpoint said no, in order.
    """

    issuer: str
    redirect_uri: str = ""
    person: dict[str, Any] = field(
        default_factory=lambda: {"sub": "sub-1", "preferred_username": "Han", "name": "韩梅梅"}
    )
    claims: dict[str, Any] = field(default_factory=dict)
    document: dict[str, Any] = field(default_factory=dict)
    forged: bool = False
    refusal: str | None = None
    refused: list[str] = field(default_factory=list)
    key: RSAKey = field(default_factory=lambda: new_key("first"))
    codes: dict[str, dict[str, str]] = field(default_factory=dict)

    def app(self) -> Starlette:
        """Return its pages."""
        return Starlette(
            routes=[
                Route("/.well-known/openid-configuration", self._discovery),
                Route("/authorize", self._authorize),
                Route("/token", self._token, methods=["POST"]),
                Route("/jwks", self._jwks),
            ]
        )

    async def _discovery(self, _: Request) -> Response:
        return JSONResponse(
            {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "jwks_uri": f"{self.issuer}/jwks",
                "id_token_signing_alg_values_supported": ["RS256", "HS256", "none"],
                **self.document,
            }
        )

    async def _jwks(self, _: Request) -> Response:
        return JSONResponse(KeySet([self.key]).as_dict(private=False))

    async def _authorize(self, request: Request) -> Response:
        """Give whoever comes a code, if the question is one that a provider may answer."""
        asked = dict(request.query_params)
        right = {
            "client_id": CLIENT_ID,
            "redirect_uri": self.redirect_uri,
            "response_type": "code",
            "code_challenge_method": "S256",
        }
        wrong = [name for name, value in right.items() if asked.get(name) != value]
        wrong += [name for name in ("state", "nonce", "code_challenge") if not asked.get(name)]
        if wrong or "openid" not in asked["scope"].split():
            return JSONResponse({"wrong": wrong}, status_code=400)
        if self.refusal:
            answer = {"error": self.refusal, "state": asked["state"]}
        else:
            code = secrets.token_urlsafe()
            self.codes[code] = asked
            answer = {"code": code, "state": asked["state"]}
        return RedirectResponse(f"{self.redirect_uri}?{urlencode(answer)}", status_code=302)

    async def _token(self, request: Request) -> Response:
        """Exchange a code once: for the right client, which shows its secret and the verifier."""
        form = await request.form()
        shown = base64.b64decode(request.headers.get("authorization", "").removeprefix("Basic ")).decode()
        if shown != f"{CLIENT_ID}:{CLIENT_SECRET}":
            return self._no("invalid_client", 401)
        asked = self.codes.pop(str(form.get("code")), None)
        if asked is None:
            return self._no("invalid_grant", 400, "unknown code")
        digest = hashlib.sha256(str(form.get("code_verifier")).encode()).digest()
        if base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != asked["code_challenge"]:
            return self._no("invalid_grant", 400, "wrong verifier")
        if form.get("redirect_uri") != asked["redirect_uri"] or form.get("grant_type") != "authorization_code":
            return self._no("invalid_grant", 400, "wrong address")
        token = {"access_token": secrets.token_urlsafe(), "token_type": "Bearer", "id_token": self._id_token(asked)}
        return JSONResponse(token, headers={"Cache-Control": "no-store"})

    def _id_token(self, asked: dict[str, str]) -> str:
        """Sign who came."""
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "aud": CLIENT_ID,
            "iat": now,
            "exp": now + 300,
            "nonce": asked["nonce"],
            **self.person,
            **self.claims,
        }
        signing = new_key(str(self.key.kid)) if self.forged else self.key
        written = {name: value for name, value in claims.items() if value is not None}
        return jwt.encode({"alg": "RS256", "kid": self.key.kid}, written, signing, algorithms=["RS256"])

    def _no(self, error: str, status: int, why: str = "") -> Response:
        self.refused.append(why or error)
        return JSONResponse({"error": error, "error_description": why}, status_code=status)


def new_key(kid: str) -> RSAKey:
    """Return a key to sign with."""
    return RSAKey.generate_key(2048, {"kid": kid, "use": "sig", "alg": "RS256"})


class _Server(uvicorn.Server):
    """uvicorn in a thread, which cannot have signal handlers."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals alone."""
        yield


@contextlib.contextmanager
def running_provider() -> Iterator[SmallProvider]:
    """Serve a provider on a port of this machine, from a thread of its own."""
    with contextlib.closing(listen("127.0.0.1", 0)) as bound:
        provider = SmallProvider(f"http://127.0.0.1:{bound.getsockname()[1]}")
        server = _Server(uvicorn.Config(provider.app(), log_level="warning", lifespan="off"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [bound]}, name="openid-provider")
        thread.start()
        try:
            yield provider
        finally:
            server.should_exit = True
            thread.join(10)
