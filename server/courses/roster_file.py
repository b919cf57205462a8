"""Read a roster from a CSV file as people's programs write them: every mistake is found and named by its line."""

import csv
import io
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from exercises.text import Text
from server.accounts.users import LONGEST_LOGIN, LONGEST_PASSWORD, SHORTEST_PASSWORD, normal_login
from server.courses import roster_words as words
from server.courses.cells import unguarded
from server.database.models import Role

REQUIRED = ("login", "name", "role")
COLUMNS = (*REQUIRED, "password")

#: What Chinese files call the columns and the roles.
ALSO_COLUMNS: Mapping[str, str] = {
    "用户名": "login",
    "学号": "login",
    "姓名": "name",
    "角色": "role",
    "密码": "password",
}
ROLES: Mapping[str, Role] = {
    "": Role.STUDENT,
    **{role.value: role for role in Role},
    "学生": Role.STUDENT,
    "教师": Role.TEACHER,
    "老师": Role.TEACHER,
    "助教": Role.GRADER,
}


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a line."""

    line: int  #: as an editor counts, from 1
    column: str | None
    sentence: Text


@dataclass(frozen=True, slots=True)
class Entry:
    """A line that can be used."""

    line: int
    login: str
    name: str
    role: Role
    password: str | None


@dataclass(frozen=True, slots=True)
class RosterFile:
    """What was read: everything is usable if there are no problems."""

    entries: Sequence[Entry]
    problems: Sequence[Problem]


class _QuotesDoNotMatch(Exception):
    """A quotation mark opens on this line and is never closed, or is followed by text."""

    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.line = line


def read_roster(data: bytes) -> RosterFile:
    """Read a CSV file.

    Args:
        data: UTF-8 with or without a byte order mark, UTF-16 with one, or GB18030, as Chinese Excel writes;
            columns parted by commas, semicolons or tabs; the first line names them.

    """
    text = _decoded(data)
    if text is None:
        return _only(1, words.UNREADABLE)
    if "\0" in text:
        return _only(text[: text.index("\0")].count("\n") + 1, words.NUL)
    rows = _rows(text)
    try:
        header = next(rows)[1]
    except StopIteration:
        return _only(1, words.EMPTY)
    except _QuotesDoNotMatch as error:
        return _only(error.line, words.QUOTES)
    columns = [_column(cell) for cell in header]
    wrong = _header_problems(header, columns)
    return RosterFile((), wrong) if wrong else _body(rows, columns)


def _decoded(data: bytes) -> str | None:
    """Return the text in the first encoding that fits."""
    encodings = ["utf-16"] if data[:2] in {b"\xff\xfe", b"\xfe\xff"} else ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield each row that is not blank with the line on which it begins."""
    first = text.lstrip("\r\n").partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True, skipinitialspace=True)
    begins = 1
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                yield begins, [cell.strip() for cell in row]
            begins = reader.line_num + 1
    except csv.Error as error:
        raise _QuotesDoNotMatch(begins) from error


def _column(cell: str) -> str:
    name = unicodedata.normalize("NFKC", cell).casefold()
    return ALSO_COLUMNS.get(name, name)


def _header_problems(header: Sequence[str], columns: Sequence[str]) -> list[Problem]:
    """Name the columns that are missing, unknown or there twice."""
    missing = [name for name in REQUIRED if name not in columns]
    problems = [Problem(1, name, words.missing(name)) for name in missing]
    for index, name in enumerate(columns):
        if name not in COLUMNS:
            problems.append(Problem(1, header[index][:40], words.unknown_column(header[index])))
        elif name in columns[:index]:
            problems.append(Problem(1, name, words.column_twice(name)))
    return problems


def _body(rows: Iterator[tuple[int, list[str]]], columns: Sequence[str]) -> RosterFile:
    """Read what comes after the header."""
    entries: list[Entry] = []
    problems: list[Problem] = []
    seen: dict[str, int] = {}
    try:
        for line, row in rows:
            if len(seen) >= words.MOST_LINES:
                return _only(line, words.TOO_LONG)
            if len(row) > len(columns) and not any(row[len(columns) :]):
                row = row[: len(columns)]  # noqa: PLW2901 - spreadsheets leave empty cells behind
            if len(row) != len(columns):
                problems.append(Problem(line, None, words.cells(len(row), len(columns))))
                continue
            cells = dict(zip(columns, row, strict=True))
            wrong = _line_problems(line, cells, seen)
            problems += wrong
            seen.setdefault(normal_login(unguarded(cells["login"])), line)
            if not wrong:
                entries.append(_entry(line, cells))
    except _QuotesDoNotMatch as error:
        problems.append(Problem(error.line, None, words.QUOTES))
    problems += _too_many_passwords(entries)
    if not entries and not problems:
        problems.append(Problem(1, None, words.EMPTY))
    return RosterFile(entries, problems)


def _line_problems(line: int, cells: Mapping[str, str], seen: Mapping[str, int]) -> list[Problem]:
    """Return everything that is wrong with a line."""
    problems = []
    login = normal_login(unguarded(cells["login"]))
    if not 1 <= len(login) <= LONGEST_LOGIN or not login.isprintable() or any(c.isspace() for c in login):
        problems.append(Problem(line, "login", words.LOGIN))
    elif login in seen:
        problems.append(Problem(line, "login", words.login_twice(login, seen[login])))
    name = unguarded(cells["name"])
    if not 1 <= len(name) <= words.LONGEST_NAME or not name.isprintable():
        problems.append(Problem(line, "name", words.NAME))
    if cells["role"].casefold() not in ROLES:
        problems.append(Problem(line, "role", words.role(cells["role"])))
    password = cells.get("password", "")
    if password and not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        problems.append(Problem(line, "password", words.PASSWORD))
    return problems


def _entry(line: int, cells: Mapping[str, str]) -> Entry:
    return Entry(
        line=line,
        login=normal_login(unguarded(cells["login"])),
        name=unguarded(cells["name"]),
        role=ROLES[cells["role"].casefold()],
        password=cells.get("password") or None,
    )


def _too_many_passwords(entries: Sequence[Entry]) -> list[Problem]:
    """Refuse the first password beyond what one file may bring."""
    chosen = [entry.line for entry in entries if entry.password is not None]
    return (
        [Problem(chosen[words.MOST_PASSWORDS], "password", words.PASSWORDS)]
        if len(chosen) > words.MOST_PASSWORDS
        else []
    )


def _only(line: int, sentence: Text) -> RosterFile:
    return RosterFile((), (Problem(line, None, sentence),))
