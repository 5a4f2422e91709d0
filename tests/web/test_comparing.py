"""Two texts beside each other: nothing of either is left out."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from web.comparing import MOST_WORDS, Fate, Part, compared

TEXTS = st.lists(st.sampled_from(["åpent", "til", "kl.", "19", "20", "på", "\n\n", "torsdag"]), max_size=30).map(
    lambda words: " ".join(words).strip()
)


@given(TEXTS, TEXTS)
def test_what_stayed_and_went_is_the_old_text_and_what_stayed_and_came_the_new(old: str, new: str) -> None:
    parts = compared(old, new)
    assert "".join(part.text for part in parts if part.fate is not Fate.NEW).split() == old.split()
    assert "".join(part.text for part in parts if part.fate is not Fate.GONE) == new


def test_one_word_that_changed_is_marked_alone() -> None:
    assert compared("Åpent til kl. 19 i dag", "Åpent til kl. 20 i dag") == (
        Part(Fate.SAME, "Åpent til kl. "),
        Part(Fate.GONE, "19 "),
        Part(Fate.NEW, "20 "),
        Part(Fate.SAME, "i dag"),
    )


def test_texts_too_long_to_compare_stand_after_each_other() -> None:
    old, new = "ord " * (MOST_WORDS + 1), "ny"
    assert compared(old, new) == (Part(Fate.GONE, old), Part(Fate.NEW, new))
