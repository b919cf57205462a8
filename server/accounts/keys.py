"""Random words that stand for a person. The database holds their hashes, so reading it signs nobody in."""

import hashlib
import secrets

_BYTES = 32


def new_key() -> str:
    """Return a word that nobody guesses."""
    return secrets.token_urlsafe(_BYTES)


def hash_of(key: str) -> bytes:
    """Hash a key. It is random and long, so a plain digest is as good as a slow one."""
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).digest()
