"""What every table shares: the naming of constraints, and how Python types become columns."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import DateTime, Enum, LargeBinary, MetaData, String
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase

Json = dict[str, Any]
JsonList = list[dict[str, Any]]


#: Enums are stored by their words, in an ordinary column with a CHECK.
WORDS = Enum(StrEnum, native_enum=False, create_constraint=True, length=16, values_callable=lambda e: [*e])


class Table(DeclarativeBase):
    """What every table shares."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012 (SQLAlchemy reads this as a plain class attribute)
        datetime: DateTime(timezone=True),
        Json: JSONB(none_as_null=True),
        JsonList: JSONB(none_as_null=True),
        str: String,
        bytes: LargeBinary,
        StrEnum: WORDS,
    }
