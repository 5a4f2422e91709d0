"""What is sealed is opened by the same key and for the same purpose alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.services.sealing import CannotOpen, Sealer
from scheduler.settings import Secret

KEY, OTHER = Secret("one key that is long enough for anybody"), Secret("another key that is long enough as well")


@given(st.dictionaries(st.text(), st.text(), max_size=5))
def test_what_was_sealed_comes_out_again(plain: dict[str, str]) -> None:
    sealer = Sealer(KEY)
    assert sealer.open(sealer.seal(plain)) == plain


def test_the_sealed_text_shows_nothing_of_what_it_holds() -> None:
    sealed = Sealer(KEY).seal({"access_token": "very-secret"})
    assert "very-secret" not in sealed
    assert "access_token" not in sealed


def test_another_key_opens_nothing() -> None:
    with pytest.raises(CannotOpen) as wrong:
        Sealer(OTHER).open(Sealer(KEY).seal({"access_token": "very-secret"}))
    assert "very-secret" not in str(wrong.value)


def test_another_purpose_opens_nothing() -> None:
    with pytest.raises(CannotOpen):
        Sealer(KEY, purpose="ordskifte/other/1").open(Sealer(KEY).seal({"a": "b"}))


def test_an_older_key_still_opens_and_the_newest_seals() -> None:
    old = Sealer(KEY).seal({"a": "b"})
    both = Sealer(OTHER, KEY)
    assert both.open(old) == {"a": "b"}
    assert Sealer(OTHER).open(both.seal(both.open(old))) == {"a": "b"}


@pytest.mark.parametrize("damaged", ["x", "gAAAAAB", "ø" * 40])
def test_a_damaged_text_is_no_crash(damaged: str) -> None:
    with pytest.raises(CannotOpen):
        Sealer(KEY).open(damaged)


def test_nothing_sealed_holds_nothing() -> None:
    assert Sealer(KEY).open("") == {}


def test_without_a_key_there_is_no_sealer() -> None:
    with pytest.raises(ValueError, match="secret key"):
        Sealer(Secret(""))
