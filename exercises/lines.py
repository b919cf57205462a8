"""Lines of source text, as Python counts them.

``str.splitlines`` is not used anywhere in this room: it also breaks at form feeds, vertical tabs and Unicode
separators, which Python's own tokenizer does not, so every line number after one would be wrong.
"""

from exercises.errors import RefusedNotUtf8, RefusedNulByte, RefusedTooLarge

LIMIT_KIB = 256
BYTE_ORDER_MARK = "\ufeff"


def normalise(text: str) -> str:
    r"""Return ``text`` without byte order marks at its start and with ``\n`` as the only line end."""
    return text.lstrip(BYTE_ORDER_MARK).replace("\r\n", "\n").replace("\r", "\n")


def split_lines(text: str) -> list[str]:
    """Return the lines of ``text``; a line end after the last line does not begin another."""
    lines = normalise(text).split("\n")
    if not lines[-1]:
        lines.pop()
    return lines


def join_lines(lines: list[str]) -> str:
    """Return ``lines`` as text in which every line has its end; the inverse of ``split_lines``."""
    return "".join(f"{line}\n" for line in lines)


def decode(submitted: bytes) -> str:
    """Return what a student sent as text with normalised line ends.

    Raises:
        RefusedTooLarge: more than 256 KiB.
        RefusedNotUtf8: bytes that are no UTF-8.
        RefusedNulByte: a NUL character.
    """
    if len(submitted) > LIMIT_KIB * 1024:
        raise RefusedTooLarge(LIMIT_KIB)
    try:
        text = submitted.decode("utf-8")
    except UnicodeDecodeError as error:
        raise RefusedNotUtf8(line_at(submitted[: error.start].decode("utf-8"))) from error
    if "\0" in text:
        raise RefusedNulByte(line_at(text[: text.index("\0")]))
    return normalise(text)


def check_text(text: str) -> None:
    """Hold text that arrived as characters (from a form or JSON) to the same rules as a file.

    Raises:
        RefusedTooLarge, RefusedNotUtf8, RefusedNulByte: as ``decode`` does; half a surrogate pair is no UTF-8.
    """
    try:
        encoded = text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise RefusedNotUtf8(line_at(text[: error.start])) from error
    decode(encoded)


def line_at(before: str) -> int:
    """Return the number of the line on which the character after ``before`` stands; the first line is 1."""
    return normalise(before).count("\n") + 1
