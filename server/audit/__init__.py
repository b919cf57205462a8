"""The audit: who did what to what, and when; written with the deed, read by teachers and admins, never changed."""

from server.audit.reading import Entry, Filter, actions_in, entries, names_of
from server.audit.writing import note

__all__ = ["Entry", "Filter", "actions_in", "entries", "names_of", "note"]
