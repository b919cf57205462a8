"""Make the data of flat-price: invented flats with invented prices, the same numbers on every machine."""

import math
from pathlib import Path
from random import Random

import numpy as np

HERE = Path(__file__).resolve().parent / "flat-price"
TRAIN_ROWS, TEST_ROWS = 1200, 600


def flat(random: Random) -> tuple[list[float], float]:
    """Return a flat's four numbers, each between 0 and 1, and its price in millions of yuan."""
    area = 30 + 120 * random.random()  # square metres
    distance = 20 * random.random()  # kilometres to the centre
    age = 50 * random.random()  # years
    height = random.random()  # share of the building below it
    per_metre = 0.010 + 0.040 * math.exp(-distance / 5)  # millions for a square metre
    worn = 1 - 0.012 * age
    view = 1 + 0.3 * height if distance < 8 else 1.0
    noise = 1 + 0.04 * (random.random() + random.random() - 1)
    return [area / 150, distance / 20, age / 50, height], area * per_metre * worn * view * noise


def rows(count: int, random: Random) -> tuple[np.ndarray, np.ndarray]:
    """Return the numbers of ``count`` flats (count, 4) and their prices (count,)."""
    flats = [flat(random) for _ in range(count)]
    return (
        np.array([numbers for numbers, _ in flats], np.float32),
        np.array([price for _, price in flats], np.float32),
    )


if __name__ == "__main__":
    random = Random(1447)
    train, train_prices = rows(TRAIN_ROWS, random)
    test, test_prices = rows(TEST_ROWS, random)
    for name, array in (
        ("data/train_flats.npy", train),
        ("data/train_prices.npy", train_prices),
        ("data/test_flats.npy", test),
        ("private/test_prices.npy", test_prices),
    ):
        (HERE / name).parent.mkdir(parents=True, exist_ok=True)
        np.save(HERE / name, array)
