"""The form over exercise.toml without a page: made from the schema, faithful to the text, in both languages."""

import tomllib
from pathlib import Path

import pytest

from exercises.text import Text
from server.authoring.agreeing import agreed
from server.authoring.blanks import blank
from server.authoring.entries import add_entry, move_up, remove_entry
from server.authoring.examining import problems_of_manifest
from server.authoring.forms import form_of
from server.authoring.manifests import Edit, apply_edits
from server.errors import FormNotApplied
from server.web.locale import speaker

BUNDLES = Path(__file__).resolve().parents[2] / "exercises" / "bundles"
IDS = ("backpropagation", "cats-vs-dogs", "cnn-digits", "rnn-reviews", "what-is-a-neural-network")


def text_of(exercise_id: str) -> str:
    """Return the exercise.toml of a built-in exercise."""
    return (BUNDLES / exercise_id / "exercise.toml").read_text("utf-8")


@pytest.mark.parametrize("exercise_id", IDS)
def test_a_form_that_was_not_touched_changes_nothing(exercise_id: str) -> None:
    """Every field shows what the text says, so that sending the form back is no change, to the byte."""
    text = text_of(exercise_id)
    sent = {field.name: field.shown.replace("\n", "\r\n") for field in form_of(tomllib.loads(text)).fields}

    assert text == agreed(text, sent, text)
    assert sent


@pytest.mark.parametrize("exercise_id", IDS)
def test_every_field_can_be_changed_and_only_it_changes(exercise_id: str) -> None:
    """Each text field of each built-in exercise takes another value, and the data differ there alone."""
    text = text_of(exercise_id)
    fields = [one for one in form_of(tomllib.loads(text)).fields if one.shown and one.widget == "text"]
    sent = {field.name: f'{field.shown} "x" \\ 中' for field in fields}
    after = {field.name: field.shown for field in form_of(tomllib.loads(agreed(text, sent, text))).fields}

    before = {field.name: field.shown for field in form_of(tomllib.loads(text)).fields}
    assert {**before, **sent} == after


@pytest.mark.parametrize("exercise_id", ["cats-vs-dogs", "backpropagation"])
def test_every_kind_of_entry_can_be_added_and_has_a_label(exercise_id: str) -> None:
    """A new entry fits the schema as it is, and every key and kind has a name in both languages."""
    text = text_of(exercise_id)
    keys: set[str] = set()
    for section in form_of(tomllib.loads(text)).sections:
        for kind in section.kinds:
            written = blank(tomllib.loads(text), section.key, kind, Text(zh="新", en="New"))
            longer = add_entry(text, section.key, written)
            problems = [one.key for one in problems_of_manifest(longer)]
            assert [] == [key for key in problems if "behaviour" not in key], kind  # needs a network described
            form = form_of(tomllib.loads(longer))
            added = next(one for one in form.sections if one.key == section.key).entries[-1]
            keys |= {f"kind-{kind or section.key}", f"toml-{section.key}"}
            keys |= {f"toml-{field.key}" for group in (*added.groups, *form.groups) for field in group.fields}
            keys |= {f"toml-{group.key}" for group in (*added.groups, *form.groups) if group.key}
            assert text.rstrip() == remove_entry(longer, section.key, len(added_to(text, section.key))).rstrip()

    assert set() == {key for key in keys for one in ("zh", "en") if not speaker(one).has(key)}


def added_to(text: str, section: str) -> list[object]:
    """Return the entries of a section."""
    return list(tomllib.loads(text).get(section, []))


def test_comments_move_with_what_they_are_about() -> None:
    """An entry takes the comment above it along, and leaves everybody else's."""
    first = '# first\n[[checks]]\nid = "1"\n'
    second = '# second\n\n[[checks]]\nid = "2" # here\n[checks.policy]\nx = 1\n'
    text = f"# file\na = 1\n\n{first}\n{second}"

    assert f"# file\na = 1\n\n{second}\n{first}" == move_up(text, "checks", 1)
    assert f"# file\na = 1\n\n{second}" == remove_entry(text, "checks", 0)
    assert f"# file\na = 1\n\n{first}" == remove_entry(text, "checks", 1)


@pytest.mark.parametrize("text", ["a = ", "checks = [{ id = 1 }]\n", 'x = """\n[[checks]]\n"""\n', "checks = 3\n"])
def test_what_cannot_be_done_faithfully_is_refused(text: str) -> None:
    """Where entries are no blocks of their own the text is left alone."""
    with pytest.raises(FormNotApplied):
        remove_entry(text, "checks", 0)


def test_a_number_keeps_the_way_it_was_written() -> None:
    """What an author typed is what stands in the file."""
    assert "x = 872_715 # so many\n" == apply_edits("x = 872_714 # so many\n", [Edit(("x",), 872715, "872_715")])
    assert 'x = "a # b"\n' == apply_edits("x = 1\n", [Edit(("x",), "a # b")])
    assert "x = 1\n" == apply_edits("x = 2\n", [Edit(("x",), 1, '1\ny = "more"')])
