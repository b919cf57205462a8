"""People: who they are, how they prove it, and the tokens by which they are known afterwards."""

from server.accounts.tokens import (
    create_api_token,
    end_session,
    purge_sessions,
    start_session,
    user_of_api_token,
    user_of_session,
)
from server.accounts.users import authenticate, create_user, find_user, normal_login, set_language, set_password

__all__ = [
    "authenticate",
    "create_api_token",
    "create_user",
    "end_session",
    "find_user",
    "normal_login",
    "purge_sessions",
    "set_language",
    "set_password",
    "start_session",
    "user_of_api_token",
    "user_of_session",
]
