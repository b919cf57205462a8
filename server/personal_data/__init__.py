"""One person's data: all of it handed out, or all of it removed but for anonymous verdicts."""

from server.personal_data.erasure import Erased, erase_person
from server.personal_data.export import data_of, personal_data

__all__ = ["Erased", "data_of", "erase_person", "personal_data"]
