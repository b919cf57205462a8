"""People: who they are, how they prove it, and by which tokens they are known."""

import uuid
from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, String, func, text
from sqlalchemy import Identity as IdentityColumn
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from server.database.models.base import Table


class User(Table):
    """A person."""

    __tablename__ = "users"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    login: Mapped[str] = mapped_column(unique=True)
    display_name: Mapped[str]
    password_hash: Mapped[str | None]  #: none for who only comes in through another provider
    language: Mapped[str] = mapped_column(default="zh", server_default="zh")
    is_admin: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    is_author: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    must_change_password: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    disabled_at: Mapped[datetime | None]  #: since when the person may not come in
    deleted_at: Mapped[datetime | None]  #: since when the row stands for nobody: what named a person is gone


class LoginSession(Table):
    """A signed-in browser; only the hash of its token is kept."""

    __tablename__ = "sessions"

    token_hash: Mapped[bytes] = mapped_column(primary_key=True)
    id: Mapped[uuid.UUID] = mapped_column(unique=True, default=uuid.uuid4, server_default=func.gen_random_uuid())
    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    expires_at: Mapped[datetime]
    agent: Mapped[str] = mapped_column(default="", server_default="")  #: what the browser calls itself


class ApiToken(Table):
    """A program's key; only its hash is kept."""

    __tablename__ = "api_tokens"

    token_hash: Mapped[bytes] = mapped_column(primary_key=True)
    id: Mapped[uuid.UUID] = mapped_column(unique=True, default=uuid.uuid4, server_default=func.gen_random_uuid())
    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    name: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    revoked_at: Mapped[datetime | None]
    scopes: Mapped[list[str]] = mapped_column(ARRAY(String), default=list, server_default="{}")  #: empty: all
    expires_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]


class Identity(Table):
    """A person at an OpenID provider."""

    __tablename__ = "identities"

    issuer: Mapped[str] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class FailedTry(Table):
    """A password that was wrong, or is being compared; counted for a few minutes, kept for an hour."""

    __tablename__ = "failed_tries"
    __table_args__ = (Index("ix_failed_tries_key_at", "key", "at"),)

    id: Mapped[int] = mapped_column(BigInteger, IdentityColumn(always=True), primary_key=True)
    key: Mapped[str]  #: a keyed hash of name, address or both
    at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp(), index=True)
