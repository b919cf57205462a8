"""What the pages say, in Chinese and English: Fluent catalogues beside this file, one per language."""

from server.web.locale.catalogue import LANGUAGES, Speaker, UnknownMessage, pick_language, speaker

__all__ = ["LANGUAGES", "Speaker", "UnknownMessage", "pick_language", "speaker"]
