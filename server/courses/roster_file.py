"""Read a roster from a CSV file as people's programs write them: every mistake is found and named by its line."""

import csv
import io
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from exercises.text import Text
from server.accounts.users import LONGEST_LOGIN, LONGEST_PASSWORD, SHORTEST_PASSWORD, normal_login
from server.courses.cells import unguarded
from server.database.models import Role

MOST_LINES = 5000
LONGEST_NAME = 100
#: Hashing a password that somebody chose takes a while on purpose, so a file may bring only so many.
MOST_PASSWORDS = 200

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
        return _only(1, _UNREADABLE)
    if "\0" in text:
        return _only(text[: text.index("\0")].count("\n") + 1, _NUL)
    rows = _rows(text)
    try:
        header = next(rows)[1]
    except StopIteration:
        return _only(1, _EMPTY)
    except _QuotesDoNotMatch as error:
        return _only(error.line, _QUOTES)
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
    problems = [Problem(1, name, _missing(name)) for name in missing]
    for index, name in enumerate(columns):
        if name not in COLUMNS:
            problems.append(Problem(1, header[index][:40], _unknown_column(header[index])))
        elif name in columns[:index]:
            problems.append(Problem(1, name, _column_twice(name)))
    return problems


def _body(rows: Iterator[tuple[int, list[str]]], columns: Sequence[str]) -> RosterFile:
    """Read what comes after the header."""
    entries: list[Entry] = []
    problems: list[Problem] = []
    seen: dict[str, int] = {}
    try:
        for line, row in rows:
            if len(seen) >= MOST_LINES:
                return _only(line, _TOO_LONG)
            if len(row) > len(columns) and not any(row[len(columns) :]):
                row = row[: len(columns)]  # noqa: PLW2901 - spreadsheets leave empty cells behind
            if len(row) != len(columns):
                problems.append(Problem(line, None, _cells(len(row), len(columns))))
                continue
            cells = dict(zip(columns, row, strict=True))
            wrong = _line_problems(line, cells, seen)
            problems += wrong
            seen.setdefault(normal_login(unguarded(cells["login"])), line)
            if not wrong:
                entries.append(_entry(line, cells))
    except _QuotesDoNotMatch as error:
        problems.append(Problem(error.line, None, _QUOTES))
    problems += _too_many_passwords(entries)
    if not entries and not problems:
        problems.append(Problem(1, None, _EMPTY))
    return RosterFile(entries, problems)


def _line_problems(line: int, cells: Mapping[str, str], seen: Mapping[str, int]) -> list[Problem]:
    """Return everything that is wrong with a line."""
    problems = []
    login = normal_login(unguarded(cells["login"]))
    if not 1 <= len(login) <= LONGEST_LOGIN or not login.isprintable() or any(c.isspace() for c in login):
        problems.append(Problem(line, "login", _LOGIN))
    elif login in seen:
        problems.append(Problem(line, "login", _login_twice(login, seen[login])))
    name = unguarded(cells["name"])
    if not 1 <= len(name) <= LONGEST_NAME or not name.isprintable():
        problems.append(Problem(line, "name", _NAME))
    if cells["role"].casefold() not in ROLES:
        problems.append(Problem(line, "role", _role(cells["role"])))
    password = cells.get("password", "")
    if password and not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        problems.append(Problem(line, "password", _PASSWORD))
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
    return [Problem(chosen[MOST_PASSWORDS], "password", _PASSWORDS)] if len(chosen) > MOST_PASSWORDS else []


def _only(line: int, sentence: Text) -> RosterFile:
    return RosterFile((), (Problem(line, None, sentence),))


_UNREADABLE = Text(
    zh="无法识别文件的编码，请另存为“CSV UTF-8”。", en="The file is neither UTF-8 nor GB18030; save it as “CSV UTF-8”."
)
_NUL = Text(zh="这不是文本文件，请另存为 CSV。", en="This is no text; save the sheet as CSV.")
_EMPTY = Text(
    zh="文件中没有人员。第一行须为 login,name,role，其后每行一人。",
    en="There is nobody in the file. Its first line must be login,name,role, with one person on each line after it.",
)
_QUOTES = Text(
    zh="从这一行起引号不成对，无法继续读取。", en="From here on quotation marks do not match, so the rest is unread."
)
_TOO_LONG = Text(
    zh=f"一个文件最多 {MOST_LINES} 人，请分成几个文件。",
    en=f"A file holds at most {MOST_LINES} people; split it.",
)
_LOGIN = Text(
    zh=f"用户名须为 1 到 {LONGEST_LOGIN} 个字符且不含空格。",
    en=f"A login name has 1 to {LONGEST_LOGIN} characters and no spaces.",
)
_NAME = Text(zh=f"姓名须为 1 到 {LONGEST_NAME} 个字符。", en=f"A name has 1 to {LONGEST_NAME} characters.")
_PASSWORD = Text(
    zh=f"密码至少 {SHORTEST_PASSWORD} 个字符；留空则自动生成一次性密码。",
    en=f"A password has at least {SHORTEST_PASSWORD} characters; left empty, a one-time password is made.",
)
_PASSWORDS = Text(
    zh=f"一个文件最多自带 {MOST_PASSWORDS} 个密码；其余请留空，系统会生成一次性密码。",
    en=f"A file brings at most {MOST_PASSWORDS} passwords; leave the others empty, and one-time passwords are made.",
)


def _missing(column: str) -> Text:
    return Text(
        zh=f"缺少“{column}”列；第一行须为 login,name,role（password 可选）。",
        en=f"The column “{column}” is missing; the first line must be login,name,role (and password, if you like).",
    )


def _unknown_column(column: str) -> Text:
    shown = column[:40]
    return Text(
        zh=f"不认识“{shown}”列，请删去；可用的列为 login、name、role、password。",
        en=f"“{shown}” is no column of a roster; remove it. There are login, name, role and password.",
    )


def _column_twice(column: str) -> Text:
    return Text(zh=f"“{column}”列出现了两次。", en=f"The column “{column}” is there twice.")


def _cells(found: int, wanted: int) -> Text:
    return Text(
        zh=f"这一行有 {found} 格，应为 {wanted} 格；内容含分隔符时请加引号。",
        en=f"This line has {found} cells instead of {wanted}; put quotation marks around cells with separators.",
    )


def _login_twice(login: str, line: int) -> Text:
    return Text(zh=f"用户名“{login}”在第 {line} 行已出现过。", en=f"“{login}” is on line {line} already.")


def _role(role: str) -> Text:
    shown = role[:40]
    return Text(
        zh=f"没有“{shown}”这个角色；请填 student、grader 或 teacher，留空为 student。",
        en=f"“{shown}” is no role; write student, grader or teacher, or nothing for a student.",
    )
