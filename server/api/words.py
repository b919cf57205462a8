"""Text that people write into the API: trimmed, not empty, not endless, and such as PostgreSQL can keep."""

from typing import Annotated

from pydantic import AfterValidator, StringConstraints

LONGEST_WORDS = 4000  # characters of an appeal, of its answer, of a correction's reason


def _is_text(words: str) -> str:
    """Refuse NUL and half surrogate pairs, which JSON can carry and no text has."""
    if "\0" in words or any("\ud800" <= letter <= "\udfff" for letter in words):
        raise ValueError("has characters that are no text")
    return words


Words = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST_WORDS),
    AfterValidator(_is_text),
]

#: The same where nothing may be said too.
MaybeWords = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=LONGEST_WORDS), AfterValidator(_is_text)
]

#: A name or word to filter by.
ShortWord = Annotated[str, StringConstraints(min_length=1, max_length=200), AfterValidator(_is_text)]
