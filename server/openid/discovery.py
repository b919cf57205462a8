"""What a provider says about itself: its addresses and its keys, fetched when needed and kept for a while."""

import asyncio
import logging
import time
from dataclasses import dataclass
from typing import Any

import httpx2
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from server.addresses import nobody_listens
from server.errors import ProviderAway

log = logging.getLogger(__name__)

#: Seconds for which what a provider said is believed without asking again.
KEPT = 600
#: Seconds between two looks for a key that is not known: forged tokens must not make us hammer the provider.
BETWEEN_LOOKS = 10
PATIENCE = httpx2.Timeout(5)

#: Signatures that only the provider can make. Never ``none``, never one made with the client's secret.
SIGNATURES = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519")


@dataclass(frozen=True, slots=True)
class Description:
    """What is used of a discovery document."""

    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    signatures: tuple[str, ...]
    secret_in_body: bool  #: whether the client's secret is taken in the body only


class Discovery:
    """Asks one provider about itself."""

    def __init__(self, issuer: str) -> None:
        """Nothing is asked before it is needed: a provider that is down must not keep the server from starting."""
        self.issuer = issuer
        self._description: Description | None = None
        self._described_at = 0.0
        self._keys: KeySet | None = None
        self._looked_at = 0.0
        self._asking = asyncio.Lock()

    async def description(self) -> Description:
        """Return the provider's addresses.

        Raises:
            ProviderAway: It does not answer, or not as this provider should.

        """
        async with self._asking:
            if self._description is None or time.monotonic() - self._described_at > KEPT:
                document = await self._document(f"{self.issuer.rstrip('/')}/.well-known/openid-configuration")
                self._description, self._described_at = self._read(document), time.monotonic()
            return self._description

    async def keys(self, *, fresh: bool = False) -> KeySet:
        """Return the provider's public keys; ``fresh`` where the known ones do not fit, which may have been changed.

        Raises:
            ProviderAway: It does not answer, or not with keys.

        """
        address = (await self.description()).jwks_uri
        async with self._asking:
            age = time.monotonic() - self._looked_at
            if self._keys is None or age > (BETWEEN_LOOKS if fresh else KEPT):
                document = await self._document(address)
                try:
                    self._keys = KeySet.import_key_set({"keys": document["keys"]})
                except (JoseError, KeyError, TypeError, ValueError) as error:
                    raise self._odd(f"its keys cannot be read: {error!r}") from error
                self._looked_at = time.monotonic()
            return self._keys

    async def _document(self, address: str) -> dict[str, Any]:
        """Fetch a JSON object."""
        try:
            async with httpx2.AsyncClient(timeout=PATIENCE) as client:
                answer = await client.get(address, headers={"Accept": "application/json"})
                answer.raise_for_status()
                found = answer.json()
        except (httpx2.HTTPError, httpx2.InvalidURL, ValueError) as error:
            log.warning("the sign-in provider does not answer at %s: %r", address, error)
            raise ProviderAway from error
        if not isinstance(found, dict):
            raise self._odd(f"{address} is no JSON object")
        return found

    def _read(self, document: dict[str, Any]) -> Description:
        """Take from a discovery document what is needed; one that speaks for another issuer is not believed."""
        if document.get("issuer") != self.issuer:
            raise self._odd(f"it calls itself {document.get('issuer')!r}: set BEGINEND_OIDC_ISSUER to exactly that")
        addresses = {name: document.get(name) for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")}
        for name, address in addresses.items():
            if not isinstance(address, str) or not nobody_listens(address):
                raise self._odd(f"its {name} {address!r} is no https address")
        offered = document.get("id_token_signing_alg_values_supported") or ["RS256"]
        ways = document.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
        signatures = tuple(one for one in SIGNATURES if one in offered)
        if not signatures:
            raise self._odd("it signs in none of the ways that only a provider can")
        return Description(
            authorization_endpoint=str(addresses["authorization_endpoint"]),
            token_endpoint=str(addresses["token_endpoint"]),
            jwks_uri=str(addresses["jwks_uri"]),
            signatures=signatures,
            secret_in_body="client_secret_basic" not in ways,
        )

    def _odd(self, why: str) -> ProviderAway:
        log.error("the sign-in provider %s is not usable: %s", self.issuer, why)
        return ProviderAway()
