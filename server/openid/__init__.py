"""Signing in through one OpenID provider: the way there, the way back, and what is believed of what comes back."""

from server.openid.provider import Provider
from server.openid.ticket import LIFETIME, Ticket

__all__ = ["LIFETIME", "Provider", "Ticket"]
