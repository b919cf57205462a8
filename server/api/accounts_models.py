"""The JSON shapes of accounts, sessions and tokens. They are a contract: fields may be added, never renamed."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from exercises.text import Language
from server.accounts import Scope, scopes_of
from server.database.models import ApiToken, Identity, LoginSession, User


def _one_line(text: str) -> str:
    """Refuse what no screen shows, and what the database could not keep."""
    if not text.isprintable() or not text.strip():
        raise ValueError("must be one line of visible characters")
    return text.strip()


Line = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_one_line)]
Address = Annotated[str, Field(min_length=1, max_length=500), AfterValidator(_one_line)]
Password = Annotated[str, Field(max_length=1024)]


class Asked(BaseModel):
    """A body; a field that nobody knows is a mistake that should show."""

    model_config = ConfigDict(extra="forbid")


class PersonOut(BaseModel):
    """An account."""

    id: uuid.UUID
    login: str
    display_name: str
    language: str
    is_admin: bool
    is_author: bool
    disabled: bool
    must_change_password: bool
    has_password: bool = Field(description="false for who only comes in through another provider")
    created_at: datetime

    @classmethod
    def of(cls, user: User) -> Self:
        """Describe a person."""
        return cls(
            id=user.id,
            login=user.login,
            display_name=user.display_name,
            language=user.language,
            is_admin=user.is_admin,
            is_author=user.is_author,
            disabled=user.disabled_at is not None,
            must_change_password=user.must_change_password,
            has_password=bool(user.password_hash),
            created_at=user.created_at,
        )


class MeOut(BaseModel):
    """Who calls, and what they may do."""

    person: PersonOut
    scopes: list[Scope] = Field(description="what this call's token may be used for; all of them for a session")

    @classmethod
    def of(cls, user: User, scopes: frozenset[Scope]) -> Self:
        """Describe the caller."""
        return cls(person=PersonOut.of(user), scopes=sorted(scopes))


class MePatch(Asked):
    """What people change about themselves; what is left out or null stays."""

    display_name: Line | None = None
    language: Language | None = None


class PasswordIn(Asked):
    """A change of the caller's password."""

    old_password: Password
    new_password: Password = Field(description="at least 8 characters")


class SessionOut(BaseModel):
    """A signed-in browser."""

    id: uuid.UUID
    created_at: datetime
    expires_at: datetime
    agent: str = Field(description="what the browser calls itself")
    current: bool = Field(description="whether it is the caller's own")

    @classmethod
    def of(cls, row: LoginSession, current: uuid.UUID | None) -> Self:
        """Describe a session."""
        return cls(
            id=row.id,
            created_at=row.created_at,
            expires_at=row.expires_at,
            agent=row.agent,
            current=row.id == current,
        )


class TokenIn(Asked):
    """A token to be made."""

    name: Line = Field(description="what it is for")
    scopes: list[Scope] = Field(default=[], max_length=3, description="what it may be used for; everything when empty")
    days: int | None = Field(default=None, ge=1, le=3650, description="after how many days it ends; never when null")


class TokenOut(BaseModel):
    """A token, without its secret."""

    id: uuid.UUID
    name: str
    scopes: list[Scope]
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None = Field(description="to the minute")

    @classmethod
    def of(cls, token: ApiToken) -> Self:
        """Describe a token."""
        return cls(
            id=token.id,
            name=token.name,
            scopes=sorted(scopes_of(token)),
            created_at=token.created_at,
            expires_at=token.expires_at,
            last_used_at=token.last_used_at,
        )


class NewTokenOut(BaseModel):
    """A token that was just made."""

    secret: str = Field(description="shown this once")
    token: TokenOut


class PersonIn(Asked):
    """An account to be made."""

    login: Line
    display_name: Line | None = None
    password: Password | None = Field(default=None, description="a random one is made and returned when null")
    language: Language = "zh"
    is_admin: bool = False
    is_author: bool = False


class NewPersonOut(BaseModel):
    """An account that was just made."""

    person: PersonOut
    password: str | None = Field(description="the one that was made, shown this once; null where one was given")


class PersonPatch(Asked):
    """What an administrator changes about an account; what is left out or null stays."""

    display_name: Line | None = None
    is_admin: bool | None = None
    is_author: bool | None = None
    disabled: bool | None = None


class ResetIn(Asked):
    """A reset of somebody's password."""

    end_tokens: bool = Field(default=False, description="whether their tokens are revoked too")


class ResetOut(BaseModel):
    """A password to be used once."""

    password: str = Field(description="shown this once; its person must choose another")


class IdentityIn(Asked):
    """Somebody of an OpenID provider."""

    issuer: Address
    subject: Address = Field(description="the `sub` by which the provider knows the person")


class IdentityOut(BaseModel):
    """A linked identity."""

    issuer: str
    subject: str
    created_at: datetime

    @classmethod
    def of(cls, row: Identity) -> Self:
        """Describe an identity."""
        return cls(issuer=row.issuer, subject=row.subject, created_at=row.created_at)


class PersonDetails(BaseModel):
    """An account and the identities by which its person may come in."""

    person: PersonOut
    identities: list[IdentityOut]

    @classmethod
    def of(cls, user: User, identities: Sequence[Identity]) -> Self:
        """Describe a person."""
        return cls(person=PersonOut.of(user), identities=[IdentityOut.of(row) for row in identities])
