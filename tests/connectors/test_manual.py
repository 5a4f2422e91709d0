"""A channel served by hand knows what its network accepts, and leaves the rest to a person."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from connectors.contract import Can, Complaint, ConnectorError, HandsOver, Remedy
from connectors.manual import NETWORKS, Manual, limits_of
from tests.connectors.build import a_post, an_attempt, an_image

NOW = datetime(2026, 11, 23, 13, 5, tzinfo=UTC)


def test_an_account_is_named_after_its_network_in_the_municipalitys_own_words() -> None:
    account = Manual(" Facebook-sida til Fjordvik skule ").account()
    assert account.name == "Facebook-sida til Fjordvik skule"
    assert account.expires_at is None
    assert Can.PUBLISH not in account.can


@pytest.mark.parametrize(
    ("network", "characters"),
    [("Facebook", 63_206), ("vår INSTAGRAM", 2_200), ("LinkedIn", 3_000), ("Nabolagsappen", 63_206), ("", 63_206)],
)
def test_the_limits_are_those_of_the_network_it_stands_for(network: str, characters: int) -> None:
    assert limits_of(network).characters == characters


def test_a_text_too_long_for_the_network_is_told_before_it_is_handed_over() -> None:
    instagram = Manual("Instagram")
    assert instagram.complaints(a_post("å" * 2_201), instagram.account().limits) == {Complaint.TOO_LONG}
    assert instagram.complaints(a_post("å" * 2_200, an_image()), instagram.account().limits) == frozenset()


def test_a_person_carries_the_last_step() -> None:
    assert Manual("Facebook").hands_over is HandsOver.PERSON


def test_there_is_nothing_to_prepare() -> None:
    attempt = an_attempt(NOW)
    assert Manual("Facebook").prepare(a_post("x", an_image()), attempt) == attempt


def test_the_engine_may_not_publish_correct_or_delete_by_itself() -> None:
    manual = Manual("Facebook")
    for deed in (
        lambda: manual.publish(a_post(), an_attempt(NOW)),
        lambda: manual.correct("1", a_post(), an_attempt(NOW)),
        lambda: manual.delete("1"),
    ):
        with pytest.raises(ConnectorError) as raised:
            deed()
        assert (raised.value.remedy, raised.value.code) == (Remedy.NOT_ALLOWED, "by_hand")


def test_every_network_has_room_for_a_text_and_a_picture() -> None:
    for limits in NETWORKS.values():
        assert limits.characters >= 2_200
        assert limits.images >= 1
