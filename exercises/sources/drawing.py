"""Shapes drawn in the coordinates of an animal's head, on a canvas larger than the picture it becomes.

Only the standard generator's ``random()`` and ``randbytes()`` are used, whose numbers never change, and arithmetic that
is exact or rounded to whole pixels: equal seeds give equal pictures, byte for byte, wherever Pillow's version is equal.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw

CANVAS = 480  #: pixels; at least twice the side of any picture, so that shrinking smooths the edges
CORNERS = 40  #: of the polygon that stands for an ellipse

Colour = tuple[int, int, int]
Point = tuple[float, float]
Pixels = npt.NDArray[np.uint8]


def between(rng: Random, low: float, high: float) -> float:
    """Return an even random number in ``low..high``."""
    return low + (high - low) * rng.random()


def chance(rng: Random, share: float) -> bool:
    """Return True in this share of the cases."""
    return rng.random() < share


def whole(rng: Random, low: int, high: int) -> int:
    """Return an even random whole number, ``low`` included, ``high`` not."""
    return low + int((high - low) * rng.random())


def about(rng: Random, spread: float) -> float:
    """Return a random number around 0 with this standard deviation, never further than 3.5 of them."""
    return spread * (sum(rng.random() for _ in range(12)) - 6) * 7 / 12


def colour(rng: Random, low: int, high: int) -> Colour:
    """Return a random colour, each channel in ``low..high - 1``."""
    return whole(rng, low, high), whole(rng, low, high), whole(rng, low, high)


def shade(base: Colour, factor: float) -> Colour:
    """Return ``base`` made darker (below 1) or lighter (above 1)."""
    red, green, blue = (min(255, int(channel * factor)) for channel in base)
    return red, green, blue


@dataclass(frozen=True, slots=True)
class Pose:
    """Where a head is and how it is held; its own coordinates have the head's radius as unit, y downwards."""

    x: float
    y: float
    radius: float
    tilt: float  #: radians
    mirrored: bool

    def pixel(self, point: Point) -> tuple[int, int]:
        """Return the canvas pixel of a point of the head."""
        x = -point[0] if self.mirrored else point[0]
        y = point[1]
        cos, sin = math.cos(self.tilt), math.sin(self.tilt)
        return (
            round(self.x + self.radius * (cos * x - sin * y)),
            round(self.y + self.radius * (sin * x + cos * y)),
        )


@dataclass(frozen=True, slots=True)
class Brush:
    """Draws one head's shapes on a canvas."""

    draw: ImageDraw.ImageDraw
    pose: Pose

    def polygon(self, points: Sequence[Point], fill: Colour) -> None:
        """Fill a polygon given in the head's coordinates."""
        self.draw.polygon([self.pose.pixel(point) for point in points], fill=fill)

    def ellipse(self, centre: Point, half: Point, fill: Colour, degrees: float = 0) -> None:
        """Fill an ellipse with these half axes, turned by ``degrees``."""
        cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
        points = []
        for corner in range(CORNERS):
            angle = 2 * math.pi * corner / CORNERS
            along, across = half[0] * math.cos(angle), half[1] * math.sin(angle)
            points.append((centre[0] + cos * along - sin * across, centre[1] + sin * along + cos * across))
        self.polygon(points, fill)

    def line(self, start: Point, end: Point, fill: Colour, width: int) -> None:
        """Draw a line of ``width`` pixels."""
        self.draw.line([self.pose.pixel(start), self.pose.pixel(end)], fill=fill, width=width)


def background(rng: Random, unrest: float) -> Image.Image:
    """Return a canvas of two colours flowing into each other, with soft blotches; ``unrest`` in 0..1."""
    first, second = (np.array(colour(rng, 30, 226), np.float64) for _ in range(2))
    angle = between(rng, 0, 2 * math.pi)
    steps = np.arange(CANVAS) / CANVAS - 0.5
    across = math.cos(angle) * steps[None, :] + math.sin(angle) * steps[:, None]
    share = np.clip(0.5 + across, 0, 1)[..., None]
    flowing = Image.fromarray(np.rint(first * (1 - share) + second * share).astype(np.uint8))
    blotches = Image.frombytes("RGB", (8, 8), rng.randbytes(8 * 8 * 3))
    softened = blotches.resize((CANVAS, CANVAS), Image.Resampling.BICUBIC)
    return Image.blend(flowing, softened, (4 + round(12 * unrest)) / 64)  # sixty-fourths are exact


def clutter(draw: ImageDraw.ImageDraw, rng: Random, pieces: int) -> None:
    """Strew triangles, ovals and lines over the canvas: the shapes that ears are made of, for both animals alike."""
    for _ in range(pieces):
        fill = colour(rng, 20, 236)
        x, y = whole(rng, 0, CANVAS), whole(rng, 0, CANVAS)
        kind = whole(rng, 0, 3)
        if kind == 0:
            draw.polygon([(round(x + about(rng, 50)), round(y + about(rng, 50))) for _ in range(3)], fill=fill)
        elif kind == 1:
            pose = Pose(x, y, 1, between(rng, 0, math.pi), mirrored=False)
            Brush(draw, pose).ellipse((0, 0), (between(rng, 11, 56), between(rng, 19, 84)), fill)
        else:
            end = (whole(rng, 0, CANVAS), whole(rng, 0, CANVAS))
            draw.line([(x, y), end], fill=fill, width=whole(rng, 2, 10))


def lit(picture: Image.Image, rng: Random, unrest: float) -> Image.Image:
    """Return the picture under a random light: less contrast, darker or brighter."""
    contrast = 1 - (0.15 + 0.45 * unrest) * rng.random()
    shift = between(rng, -1, 1) * (10 + 35 * unrest)
    table = [max(0, min(255, round((value - 127) * contrast + 127 + shift))) for value in range(256)]
    return picture.point(table * 3)


def grainy(picture: Image.Image, rng: Random, spread: float) -> Image.Image:
    """Return the picture with noise of about this standard deviation in every channel of every pixel."""
    pixels = np.asarray(picture, np.int32)
    drawn = np.frombuffer(rng.randbytes(2 * pixels.size), np.uint8).astype(np.int32).reshape(2, *pixels.shape)
    # The sum of two even bytes, centred, has a standard deviation of 104.5.
    noise = (drawn[0] + drawn[1] - 255) * round(spread * 1024 / 104.5) // 1024
    return Image.fromarray(np.clip(pixels + noise, 0, 255).astype(np.uint8))
