"""What every refusal is: an HTTP status, a stable code, a sentence in both languages."""

from typing import ClassVar

from exercises.text import Text


class Refused(Exception):
    """The request was understood and is refused.

    Attributes:
        status: HTTP status.
        code: Stable kebab-case word for programs.
        sentence: What a person reads; says what to do.
        extra: Further members of the problem document.

    """

    status: ClassVar[int] = 400
    code: ClassVar[str] = "refused"
    default: ClassVar[Text] = Text(zh="请求被拒绝。", en="The request was refused.")

    def __init__(self, sentence: Text | None = None, **extra: object) -> None:
        self.sentence = sentence or self.default
        self.extra: dict[str, object] = extra
        super().__init__(self.sentence.en)
