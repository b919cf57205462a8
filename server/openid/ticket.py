"""What a browser carries while its person is at the provider: signed, for minutes, so that the server keeps nothing."""

import hashlib
import hmac
import secrets
import time
import uuid
from dataclasses import asdict, dataclass, field
from typing import Any, Self

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from server.errors import SignInFailed

#: Seconds that somebody may take at the provider.
LIFETIME = 600

_ALGORITHM = "HS256"


def _word() -> str:
    return secrets.token_urlsafe(32)


@dataclass(frozen=True, slots=True)
class Ticket:
    """One way to the provider and back.

    Attributes:
        wanted: The page of ours to go on to.
        link: Whose account is to be linked; None for signing in.
        state: Comes back in the address: the answer is to this browser's question.
        nonce: Comes back in the ID token: the token was made for this question.
        verifier: Shown with the code (PKCE): a code that somebody picked up is of no use to them.

    """

    wanted: str
    link: str | None = None
    state: str = field(default_factory=_word)
    nonce: str = field(default_factory=_word)
    verifier: str = field(default_factory=lambda: secrets.token_urlsafe(48))

    @property
    def account(self) -> uuid.UUID | None:
        """Whose account is to be linked."""
        return uuid.UUID(self.link) if self.link else None

    def sealed(self, key: bytes) -> str:
        """Return the ticket as the value of a cookie."""
        claims: dict[str, Any] = {**asdict(self), "exp": int(time.time()) + LIFETIME}
        return jwt.encode({"alg": _ALGORITHM}, claims, _signing(key), algorithms=[_ALGORITHM])

    @classmethod
    def opened(cls, key: bytes, value: str) -> Self:
        """Read a ticket from a cookie.

        Raises:
            SignInFailed: There is none, it is too old, or it was not made here.

        """
        try:
            claims = jwt.decode(value, _signing(key), algorithms=[_ALGORITHM]).claims
            jwt.JWTClaimsRegistry(exp={"essential": True}).validate(claims)
        except (JoseError, ValueError) as error:
            raise SignInFailed from error
        del claims["exp"]
        return cls(**claims)


def _signing(key: bytes) -> OctKey:
    """Return a key for tickets alone, so that nothing else that the server signs can be taken for one."""
    return OctKey.import_key(hmac.new(key, b"openid-ticket", hashlib.sha256).digest())
