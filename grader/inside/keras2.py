"""Let programs written for older Keras run where their meaning is plain, each old word with a note.

Where a meaning is not certain nothing is guessed: Keras refuses the program, and the student reads a hint.
"""

from .keras2_layers import understand_layers
from .keras2_modules import understand_modules
from .keras2_training import understand_optimizers, understand_training

MOST_NOTES = 20


def understand_keras2() -> list[str]:
    """Teach this process's Keras the old words; returns the list to which a note is added when one is used."""
    notes: list[str] = []

    def note(word: str) -> None:
        if word not in notes and len(notes) < MOST_NOTES:
            notes.append(word)

    understand_optimizers(note)
    understand_training(note)
    understand_layers(note)
    understand_modules(note)
    return notes
