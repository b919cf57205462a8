"""What students hand in: quiz answers and programs that train nothing, no two alike, and what each must be judged."""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from exercises import Bundle

QUIZ = "backpropagation"
PROGRAM = "cnn-digits"

QUIZZES = 0.3  #: share of what is handed in

#: The network of the statement but for one number: its structure is found wrong, so nothing is trained.
REGION = """\
    model.add(Conv2D(64, (5, 5), activation='relu'))
    model.add(MaxPool2D(pool_size=(2, 2)))
    model.add(Flatten())
    model.add(Dense({units}, activation='relu'))
    model.add(Dense(10, activation='softmax'))
    # attempt {number}
"""
RIGHT_UNITS = 128


@dataclass(frozen=True, slots=True)
class Sheet:
    """One answer to one exercise."""

    number: int
    exercise: str
    body: dict[str, Any]
    expected: str  #: the outcome of its verdict


def sheet(number: int, chance: random.Random, catalogue: Mapping[str, Bundle]) -> Sheet:
    """Return an answer that nobody has handed in before.

    Args:
        number: Which one it is; no other has it.
        chance: Decides what it is.
        catalogue: The two exercises.

    """
    if chance.random() < QUIZZES:
        answers = {question: list(answer.accepted) for question, answer in catalogue[QUIZ].answers.items()}
        right = chance.random() < 0.5  # noqa: PLR2004 - as often as not
        if not right:
            answers.pop(next(iter(answers)))
        return Sheet(number, QUIZ, {"answers": answers}, "passed" if right else "failed")
    units = RIGHT_UNITS + chance.choice((-1, 1)) * chance.randint(1, 64)
    return Sheet(number, PROGRAM, {"regions": [REGION.format(units=units, number=number)]}, "failed")
