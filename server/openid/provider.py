"""The authorization code flow with PKCE: send somebody to the provider, and learn from the answer who came back."""

import hmac
import logging
from collections.abc import Mapping
from typing import Any

import httpx2
from authlib.integrations.base_client import OAuthError
from authlib.integrations.httpx_client import AsyncOAuth2Client
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import BadSignatureError, InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

from server.accounts import Stranger
from server.errors import ProviderAway, SignInFailed
from server.openid.discovery import PATIENCE, Description, Discovery
from server.openid.ticket import Ticket

log = logging.getLogger(__name__)

#: Seconds by which the provider's clock may differ from ours.
LEEWAY = 60
LONGEST_SUBJECT = 255
SCOPE = "openid profile"


class Provider:
    """One configured provider."""

    def __init__(self, issuer: str, client_id: str, client_secret: str, name: str) -> None:
        """Remember how to speak with it.

        Args:
            issuer: Its issuer, exactly as it names itself.
            client_id: What it calls us.
            client_secret: What we show to it.
            name: What people call it.

        """
        self.issuer = issuer
        self.name = name
        self._client_id = client_id
        self._client_secret = client_secret
        self._discovery = Discovery(issuer)

    async def way_there(self, ticket: Ticket, back: str) -> str:
        """Return the address at the provider to which a browser with this ticket goes.

        Args:
            ticket: What the browser carries meanwhile.
            back: The address of ours to which it comes back.

        Raises:
            ProviderAway: The provider does not answer.

        """
        description = await self._discovery.description()
        async with self._client(description, back) as client:
            address, _ = client.create_authorization_url(
                description.authorization_endpoint,
                state=ticket.state,
                nonce=ticket.nonce,
                code_verifier=ticket.verifier,
            )
        return str(address)

    async def who_came_back(self, ticket: Ticket, back: str, answer: Mapping[str, str]) -> Stranger:
        """Return whom the provider sends back.

        Args:
            ticket: What the browser carried meanwhile.
            back: The address of ours to which it came back.
            answer: The parameters with which it came.

        Raises:
            SignInFailed: The answer is not to this browser's question, or cannot be trusted.
            ProviderAway: The provider does not answer.

        """
        code = self._code(ticket, answer)
        description = await self._discovery.description()
        token = await self._token(description, code, ticket, back)
        claims = await self._claims(description, token, ticket)
        subject = claims["sub"]
        if not 1 <= len(subject) <= LONGEST_SUBJECT or not subject.isprintable():
            raise SignInFailed
        return Stranger(
            issuer=self.issuer,
            subject=subject,
            login=_text(claims, "preferred_username"),
            name=_text(claims, "name"),
        )

    def _code(self, ticket: Ticket, answer: Mapping[str, str]) -> str:
        """Return the code of an answer that is to this browser's question."""
        if not hmac.compare_digest(ticket.state.encode(), answer.get("state", "").encode("utf-8", "replace")):
            log.info("sign-in refused: the state is not this browser's")
            raise SignInFailed
        if answer.get("iss", self.issuer) != self.issuer:  # RFC 9207
            log.warning("sign-in refused: the answer is %r's", answer["iss"])
            raise SignInFailed
        if "error" in answer or not answer.get("code"):
            log.info("sign-in refused by the provider: %.200r", answer.get("error"))
            raise SignInFailed
        return answer["code"]

    async def _token(self, description: Description, code: str, ticket: Ticket, back: str) -> Mapping[str, Any]:
        """Exchange the code."""
        try:
            async with self._client(description, back) as client:
                token: Mapping[str, Any] = await client.fetch_token(
                    description.token_endpoint,
                    grant_type="authorization_code",
                    code=code,
                    code_verifier=ticket.verifier,
                )
        except OAuthError as error:
            if error.error == "invalid_grant":
                log.info("sign-in refused: the provider does not take the code")
                raise SignInFailed from error
            log.exception("the sign-in provider refuses us: BEGINEND_OIDC_CLIENT_ID and _SECRET may be wrong")
            raise ProviderAway from error
        except (httpx2.HTTPError, ValueError) as error:
            log.warning("the sign-in provider does not answer: %r", error)
            raise ProviderAway from error
        return token

    async def _claims(self, description: Description, token: Mapping[str, Any], ticket: Ticket) -> CodeIDToken:
        """Return what the ID token says, once everything about it was checked."""
        written = token.get("id_token")
        if not isinstance(written, str):
            log.error("the sign-in provider gave no ID token")
            raise ProviderAway
        try:
            signed = await self._signed(description, written)
            claims = CodeIDToken(
                signed.claims,
                signed.header,
                {
                    "iss": {"essential": True, "value": self.issuer},
                    "aud": {"essential": True, "value": self._client_id},
                },
                {"nonce": ticket.nonce, "client_id": self._client_id, "access_token": token.get("access_token")},
            )
            claims.validate(leeway=LEEWAY)
        except (JoseError, ValueError) as error:
            log.warning("sign-in refused: the ID token is not to be trusted: %r", error)
            raise SignInFailed from error
        return claims

    async def _signed(self, description: Description, written: str) -> jwt.Token:
        """Return the token if the provider signed it, with a key that we know or with a new one."""
        try:
            return _verified(written, await self._discovery.keys(), description)
        except (InvalidKeyIdError, BadSignatureError):
            return _verified(written, await self._discovery.keys(fresh=True), description)

    def _client(self, description: Description, back: str) -> AsyncOAuth2Client:
        return AsyncOAuth2Client(
            self._client_id,
            self._client_secret,
            token_endpoint_auth_method="client_secret_post" if description.secret_in_body else "client_secret_basic",
            scope=SCOPE,
            redirect_uri=back,
            code_challenge_method="S256",
            timeout=PATIENCE,
        )


def _verified(written: str, keys: KeySet, description: Description) -> jwt.Token:
    registry = JWSRegistry(algorithms=list(description.signatures), strict_check_header=False)
    return jwt.decode(written, keys, registry=registry)


def _text(claims: Mapping[str, Any], name: str) -> str:
    """Return a claim that should be a line of text; nothing for anything else."""
    value = claims.get(name)
    return value if isinstance(value, str) and value.isprintable() else ""
