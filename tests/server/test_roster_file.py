"""Rosters as people's programs write them: encodings, separators, and every mistake by its line."""

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.courses.cells import csv_file, unguarded
from server.courses.roster_file import Entry, read_roster
from server.courses.roster_words import MOST_LINES, MOST_PASSWORDS
from server.database.models import Role

HEADER = "login,name,role\n"
ZHANG = "login,name,role\nzhang,张三,student\nli,李四,助教\n"


@pytest.mark.parametrize(
    "data",
    [
        ZHANG.encode(),
        ZHANG.encode("utf-8-sig"),
        ZHANG.encode("gb18030"),
        ZHANG.encode("utf-16"),
        ZHANG.replace(",", ";").encode(),
        ZHANG.replace(",", "\t").encode("utf-16"),
        ZHANG.replace("\n", "\r\n").encode("gb18030"),
        ZHANG.replace("\n", "\n\n").encode(),
        ZHANG.replace("\n", ",\n").replace("role,", "role").encode(),
        ZHANG.replace("login,name,role", "用户名,姓名,角色").encode("gb18030"),
        ZHANG.replace("zhang", '" ＺＨＡＮＧ "').encode(),
    ],
)
def test_read(data: bytes) -> None:
    """UTF-8 with or without mark, UTF-16, GB18030; commas, semicolons, tabs; blank lines; empty cells at the end."""
    read = read_roster(data)

    assert ([], [("zhang", "张三", Role.STUDENT), ("li", "李四", Role.GRADER)]) == (
        list(read.problems),
        [(entry.login, entry.name, entry.role) for entry in read.entries],
    )


def test_passwords_and_quotes() -> None:
    """A cell in quotation marks may hold separators; a password is optional; an empty role is a student's."""
    read = read_roster(b'password,role,name,login\n"a,b ""c"" d",,"Li, Si",li\n,teacher,Z,z\n')

    assert [
        Entry(2, "li", "Li, Si", Role.STUDENT, 'a,b "c" d'),
        Entry(3, "z", "Z", Role.TEACHER, None),
    ] == list(read.entries)


def test_every_problem_of_every_line() -> None:
    """All mistakes are told at once, each with its line as an editor counts, its column and both languages."""
    body = (
        "a b,A,student,\n"  # 2: a blank in the login
        '"two\nlines",B,student,\n'  # 3 and 4
        "c,,boss,short\n"  # 5: three mistakes
        "d,D,student,\n"
        "D,D2,student,\n"  # 7: the same as 6
        "e,E\n"  # 8
        "f,F,student,longenough,more\n"  # 9
    )
    problems = read_roster(("login,name,role,password\n" + body).encode()).problems

    expected = [
        (2, "login"), (3, "login"), (5, "name"), (5, "role"), (5, "password"), (7, "login"), (8, None), (9, None),
    ]  # fmt: skip
    assert expected == [(problem.line, problem.column) for problem in problems]
    assert "line 6" in problems[5].sentence.en
    assert "第 6 行" in problems[5].sentence.zh


@pytest.mark.parametrize(
    ("data", "line", "said"),
    [
        (b"", 1, "nobody"),
        (b"\n\n", 1, "nobody"),
        (HEADER.encode(), 1, "nobody"),
        (b"zhang,san,student\n", 1, "is missing"),
        (b"login,name\na,A\n", 1, "“role” is missing"),
        (b"login,name,role,sex\na,A,student,f\n", 1, "“sex” is no column"),
        (b"login,name,role,name\na,A,student,B\n", 1, "there twice"),
        (b'login,name,role\na,"A,student\nb,B,student\n', 2, "quotation marks"),
        (b'login,name,role\na,A,student\nb,"B"x,student\n', 3, "quotation marks"),
        (b'"login,name,role\n', 1, "quotation marks"),
        (b"login,name,role\na,A\0,student\n", 2, "no text"),
        (b"PK\x03\x04\xff\xff\xff\xff", 1, "neither UTF-8 nor GB18030"),
        (HEADER.encode() + b"".join(b"u%d,U,\n" % n for n in range(MOST_LINES + 1)), MOST_LINES + 2, "at most 5000"),
        (
            b"login,name,role,password\n" + b"".join(b"u%d,U,,longenough\n" % n for n in range(MOST_PASSWORDS + 1)),
            MOST_PASSWORDS + 2,
            "at most 200 passwords",
        ),
    ],
)
def test_no_roster(data: bytes, line: int, said: str) -> None:
    """What cannot be read as a whole is told on the line where that begins, and nothing of it is used."""
    problem = read_roster(data).problems[0]

    assert line == problem.line
    assert said in problem.sentence.en


def test_as_many_as_allowed() -> None:
    """The limit itself is no problem."""
    read = read_roster(HEADER.encode() + b"".join(b"u%d,U,\n" % n for n in range(MOST_LINES)))

    assert (MOST_LINES, []) == (len(read.entries), list(read.problems))


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda text: (HEADER + text).encode("utf-8", "replace")))
def test_whatever_is_sent_is_read_or_refused(data: bytes) -> None:
    """No file breaks the reader: there are people in it, or a problem says why not."""
    read = read_roster(data)

    assert read.entries or read.problems


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1", "'=1", "plain", "", "'"])
def test_formulas_are_guarded(cell: str) -> None:
    """No exported cell begins a formula, and importing the file again gives what there was."""
    written = next(csv.reader(io.StringIO(csv_file(["x"], [[cell, "y"]]).split("\r\n", 1)[1], newline="")))[0]

    assert not written.startswith(("=", "+", "-", "@", "\t", "\r", "＝"))
    assert cell == unguarded(written)


def test_a_guarded_roster_comes_back() -> None:
    """Names and logins that look like formulas survive export and import."""
    read = read_roster(csv_file(("login", "name", "role"), [("=cmd", "@Anna, or so", "student")]).encode())

    assert [("=cmd", "@Anna, or so")] == [(entry.login, entry.name) for entry in read.entries]
