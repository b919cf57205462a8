"""Cats and dogs, drawn: they differ in ears, eyes, muzzle and mouth and in nothing else.

Fur, background, place, size, tilt, light, clutter, noise and the picture's own size come from the same distributions
for both, so that neither colour nor brightness tells them apart. ``difficulty`` (0..1) scales how much is in the way
and how often a single feature is borrowed from the other animal.
"""

import math
from dataclasses import dataclass
from random import Random
from typing import Literal

from PIL import Image, ImageDraw, ImageFilter

from exercises.sources.drawing import (
    CANVAS,
    Brush,
    Colour,
    Pose,
    about,
    background,
    between,
    chance,
    clutter,
    colour,
    grainy,
    lit,
    shade,
    whole,
)

Animal = Literal["cat", "dog"]
SHORTEST, LONGEST = 96, 241  #: pixels of a picture's side, the second one not included
MEDIUM = 150  #: below this a coat is dark, and its whiskers are white
BLACK: Colour = (20, 20, 20)
WHITE: Colour = (245, 245, 245)


@dataclass(frozen=True, slots=True)
class Fur:
    """The colours of one animal."""

    coat: Colour
    dark: Colour
    light: Colour
    ears: Colour


def draw_animal(animal: Animal, rng: Random, difficulty: float) -> Image.Image:
    """Return one picture of ``animal``, 96 to 240 pixels on either side."""
    canvas = background(rng, difficulty)
    draw = ImageDraw.Draw(canvas)
    clutter(draw, rng, pieces=whole(rng, 0, 2 + round(14 * difficulty)))
    brush = Brush(draw, _pose(rng, difficulty))
    _head(brush, rng, _features(animal, rng, difficulty))
    if chance(rng, 0.55 * difficulty):
        _something_in_front(brush, rng)
    width, height = whole(rng, SHORTEST, LONGEST), whole(rng, SHORTEST, LONGEST)
    picture = lit(canvas, rng, difficulty).resize((width, height), Image.Resampling.BOX)
    if chance(rng, 0.5 * difficulty):
        picture = picture.filter(ImageFilter.GaussianBlur(between(rng, 0.4, 1.4)))
    return grainy(picture, rng, spread=2 + 12 * difficulty)


def _pose(rng: Random, difficulty: float) -> Pose:
    sway = 0.03 + 0.13 * difficulty
    return Pose(
        x=CANVAS * (0.5 + between(rng, -sway, sway)),
        y=CANVAS * (0.54 + between(rng, -sway, sway)),
        radius=CANVAS * between(rng, 0.26 - 0.07 * difficulty, 0.28 + 0.04 * difficulty),
        tilt=math.radians(about(rng, 4 + 16 * difficulty)),
        mirrored=chance(rng, 0.5),
    )


@dataclass(frozen=True, slots=True)
class Features:
    """Which animal each feature is drawn as."""

    ears: Animal
    muzzle: Animal
    eyes: Animal
    mouth: Animal


def _features(animal: Animal, rng: Random, difficulty: float) -> Features:
    """Let each feature be the other animal's now and then."""
    other: Animal = "dog" if animal == "cat" else "cat"
    ears, muzzle, eyes, mouth = (other if chance(rng, 0.3 * difficulty) else animal for _ in range(4))
    return Features(ears, muzzle, eyes, mouth)


def _head(brush: Brush, rng: Random, features: Features) -> None:
    coat = colour(rng, 40, 216)
    dark = shade(coat, between(rng, 0.45, 0.8))
    fur = Fur(coat, dark, shade(coat, between(rng, 1.1, 1.45)), dark if chance(rng, 0.6) else coat)
    if chance(rng, 0.7):  # a body under the head
        brush.ellipse((0.1, 1.35), (0.95, 0.9), fur.dark)
    size = between(rng, 0.75, 1.15)
    half = (between(rng, 0.92, 1.05), between(rng, 0.86, 1.0))
    if features.ears == "cat":
        _upright_ears(brush, rng, fur, size)
    brush.ellipse((0, 0), half, fur.coat)
    if features.ears == "dog":
        _hanging_ears(brush, rng, fur, size)
    _eyes(brush, rng, features.eyes)
    _muzzle(brush, fur, features.muzzle)
    _mouth(brush, rng, fur, features.mouth)


def _upright_ears(brush: Brush, rng: Random, fur: Fur, size: float) -> None:
    for side in (-1, 1):
        bend = between(rng, -0.08, 0.08)
        brush.polygon([(side * 0.88, -0.3), (side * (0.72 + bend), -0.75 - 0.62 * size), (side * 0.18, -0.8)], fur.ears)
        inner = [(side * 0.72, -0.52), (side * (0.66 + bend), -0.75 - 0.36 * size), (side * 0.36, -0.8)]
        brush.polygon(inner, (215, 150, 150))


def _hanging_ears(brush: Brush, rng: Random, fur: Fur, size: float) -> None:
    for side in (-1, 1):
        half = (0.27 * between(rng, 0.85, 1.15), 0.68 * size)
        brush.ellipse((side * 0.92, 0.22 * (size - 0.75) - 0.12), half, fur.ears, -side * between(rng, 4, 22))


def _eyes(brush: Brush, rng: Random, animal: Animal) -> None:
    iris = colour(rng, 90, 240)
    for side in (-1, 1):
        if animal == "cat":  # wide, with a slit
            brush.ellipse((side * 0.38, -0.14), (0.19, 0.14), iris, side * 8)
            brush.ellipse((side * 0.38, -0.14), (0.045, 0.13), BLACK)
        else:  # round and dark
            brush.ellipse((side * 0.36, -0.16), (0.13, 0.14), WHITE)
            brush.ellipse((side * 0.36, -0.15), (0.095, 0.105), BLACK)


def _muzzle(brush: Brush, fur: Fur, animal: Animal) -> None:
    if animal == "cat":  # two small cheeks and a pink triangle
        brush.ellipse((-0.14, 0.36), (0.2, 0.16), fur.light)
        brush.ellipse((0.14, 0.36), (0.2, 0.16), fur.light)
        brush.polygon([(-0.1, 0.2), (0.1, 0.2), (0, 0.32)], (200, 110, 120))
    else:  # a long snout with a big nose
        brush.ellipse((0, 0.45), (0.42, 0.42), fur.light)
        brush.ellipse((0, 0.26), (0.2, 0.15), BLACK)
        brush.line((0, 0.4), (0, 0.62), BLACK, width=4)


def _mouth(brush: Brush, rng: Random, fur: Fur, animal: Animal) -> None:
    if animal == "cat":  # whiskers
        whisker = WHITE if sum(fur.coat) < 3 * MEDIUM else BLACK
        for side in (-1, 1):
            for slope in (-0.12, 0.0, 0.12):
                brush.line((side * 0.25, 0.38 + slope * 0.4), (side * 1.15, 0.34 + slope * 2), whisker, width=3)
    elif chance(rng, 0.6):  # a tongue
        brush.ellipse((between(rng, -0.05, 0.05), 0.82), (0.13, 0.22), (220, 80, 90))


def _something_in_front(brush: Brush, rng: Random) -> None:
    """Cover a part of the head, most often an ear, with a plain box."""
    side = -1 if chance(rng, 0.5) else 1
    x, y = brush.pose.pixel((side * 0.8, between(rng, -1.1, 0.2)))
    half_width = round(brush.pose.radius * between(rng, 0.15, 0.4))
    half_height = round(brush.pose.radius * between(rng, 0.15, 0.45))
    box = [x - half_width, y - half_height, x + half_width, y + half_height]
    brush.draw.rectangle(box, fill=colour(rng, 20, 236))
