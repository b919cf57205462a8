"""What is said about the lines of a roster file that cannot be used, and the limits that are spoken of."""

from exercises.text import Text
from server.accounts.users import LONGEST_LOGIN, SHORTEST_PASSWORD

MOST_LINES = 5000
LONGEST_NAME = 100
#: Hashing a password that somebody chose takes a while on purpose, so a file may bring only so many.
MOST_PASSWORDS = 200

UNREADABLE = Text(
    zh="无法识别文件的编码，请另存为“CSV UTF-8”。", en="The file is neither UTF-8 nor GB18030; save it as “CSV UTF-8”."
)
NUL = Text(zh="这不是文本文件，请另存为 CSV。", en="This is no text; save the sheet as CSV.")
EMPTY = Text(
    zh="文件中没有人员。第一行须为 login,name,role，其后每行一人。",
    en="There is nobody in the file. Its first line must be login,name,role, with one person on each line after it.",
)
QUOTES = Text(
    zh="从这一行起引号不成对，无法继续读取。", en="From here on quotation marks do not match, so the rest is unread."
)
TOO_LONG = Text(
    zh=f"一个文件最多 {MOST_LINES} 人，请分成几个文件。",
    en=f"A file holds at most {MOST_LINES} people; split it.",
)
LOGIN = Text(
    zh=f"用户名须为 1 到 {LONGEST_LOGIN} 个字符且不含空格。",
    en=f"A login name has 1 to {LONGEST_LOGIN} characters and no spaces.",
)
NAME = Text(zh=f"姓名须为 1 到 {LONGEST_NAME} 个字符。", en=f"A name has 1 to {LONGEST_NAME} characters.")
PASSWORD = Text(
    zh=f"密码至少 {SHORTEST_PASSWORD} 个字符；留空则自动生成一次性密码。",
    en=f"A password has at least {SHORTEST_PASSWORD} characters; left empty, a one-time password is made.",
)
PASSWORDS = Text(
    zh=f"一个文件最多自带 {MOST_PASSWORDS} 个密码；其余请留空，系统会生成一次性密码。",
    en=f"A file brings at most {MOST_PASSWORDS} passwords; leave the others empty, and one-time passwords are made.",
)


def missing(column: str) -> Text:
    """Say that a column is missing."""
    return Text(
        zh=f"缺少“{column}”列；第一行须为 login,name,role（password 可选）。",
        en=f"The column “{column}” is missing; the first line must be login,name,role (and password, if you like).",
    )


def unknown_column(column: str) -> Text:
    """Say that there is a column which no roster has."""
    shown = column[:40]
    return Text(
        zh=f"不认识“{shown}”列，请删去；可用的列为 login、name、role、password。",
        en=f"“{shown}” is no column of a roster; remove it. There are login, name, role and password.",
    )


def column_twice(column: str) -> Text:
    """Say that a column is there twice."""
    return Text(zh=f"“{column}”列出现了两次。", en=f"The column “{column}” is there twice.")


def cells(found: int, wanted: int) -> Text:
    """Say that a line has more or fewer cells than there are columns."""
    return Text(
        zh=f"这一行有 {found} 格，应为 {wanted} 格；内容含分隔符时请加引号。",
        en=f"This line has {found} cells instead of {wanted}; put quotation marks around cells with separators.",
    )


def login_twice(login: str, line: int) -> Text:
    """Say on which line a login name stands already."""
    return Text(zh=f"用户名“{login}”在第 {line} 行已出现过。", en=f"“{login}” is on line {line} already.")


def role(role: str) -> Text:
    """Say that a role is none."""
    shown = role[:40]
    return Text(
        zh=f"没有“{shown}”这个角色；请填 student、grader 或 teacher，留空为 student。",
        en=f"“{shown}” is no role; write student, grader or teacher, or nothing for a student.",
    )
