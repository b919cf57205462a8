"""The audit: who did what to what, and when; written with the deed, read by teachers and admins, never changed."""

from server.audit.reading import Entry, Filter, entries
from server.audit.writing import note

__all__ = ["Entry", "Filter", "entries", "note"]
