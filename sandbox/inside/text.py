"""Make plain text of whatever a program printed."""

import re

#: Terminal sequences: CSI ... letter, OSC ... BEL or ST, and two-character escapes.
_SEQUENCES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[ -/]*[0-~])")
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def plain(data: bytes) -> str:
    """Decode UTF-8 with replacement; drop terminal sequences and control codes but tabs and line ends."""
    text = data.decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n")
    return _CONTROLS.sub("", _SEQUENCES.sub("", text))


def plain_text(text: str, most_bytes: int) -> str:
    """Clean a string in the same way and cut it to a number of UTF-8 bytes."""
    data = text.encode("utf-8", "replace")[:most_bytes]
    return plain(data).rstrip("\ufffd") if len(data) == most_bytes else plain(data)
