# whole-file: Settings in a dataclass with type hints and postponed annotations, layers made by a comprehension.
from __future__ import annotations

from dataclasses import dataclass, field
from typing import get_type_hints

import keras


@dataclass(frozen=True)
class Settings:
    filters: tuple[int, ...] = (32, 64)
    kernel: int = 5
    hidden: int = 128
    classes: int = field(default=10)


def build_model(settings: Settings = Settings()) -> keras.Model:
    assert set(get_type_hints(Settings)) == {'filters', 'kernel', 'hidden', 'classes'}
    return keras.Sequential([
        keras.layers.Input((28, 28, 1)),
        *[keras.layers.Conv2D(count, settings.kernel, activation='relu') for count in settings.filters],
        keras.layers.MaxPool2D(),
        keras.layers.Flatten(),
        keras.layers.Dense(settings.hidden, 'relu'),
        keras.layers.Dense(settings.classes, 'softmax'),
    ])
