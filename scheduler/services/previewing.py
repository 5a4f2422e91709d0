"""What a post would look like in each channel, as it is typed and before anything is saved; and when each part of it would go out.

Reads only. Decides nothing: it asks the composer and the planner, who also answer when it is for good.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlmodel import Session, col

from scheduler.domain import wording
from scheduler.services.composing import Composed, put_together, said_in, text_limits
from scheduler.services.connecting import limits_of
from scheduler.services.editing import Content, Described, tidied
from scheduler.store import posts, rows
from scheduler.store.posts import Picture
from scheduler.store.tables import Channel


@dataclass(frozen=True, kw_only=True)
class Room:
    """How many characters a person has for the text in a channel, when the link home and the photographer's name have got theirs.

    `counting`: as the platform counts ("code points", "graphemes", "utf-16 units"); `link_weight`: what an address counts as, None = its length.
    """

    characters: int
    used: int
    counting: str
    link_weight: int | None


@dataclass(frozen=True, kw_only=True)
class Seen:
    """A post in one channel: what it becomes there, and the room for each language's text."""

    channel_id: int
    channel: str
    platform: str
    composed: Composed
    room: Mapping[str, Room]


def seen(
    session: Session, content: Content, *, post_id: int | None, withdrawn: bool, languages: Sequence[str] = ()
) -> dict[int, Seen]:
    """What `content` becomes in each of its channels; `languages`: those to tell the room of though nothing is written in them yet.

    Channels that are not there are left out.
    """
    tidy = tidied(content)
    kept = posts.pictures(session, post_id) if post_id is not None else []
    pictures = kept if tidy.pictures is None else _described(kept, tidy.pictures)
    chosen = rows.every(session, Channel, col(Channel.id).in_(sorted(content.channel_ids)))
    return {channel.pk: _seen(channel, tidy, pictures, languages, withdrawn=withdrawn) for channel in chosen}


def _seen(
    channel: Channel, content: Content, pictures: Sequence[Picture], languages: Sequence[str], *, withdrawn: bool
) -> Seen:
    said = said_in(channel, content.texts, content.own_texts.get(channel.pk, {}))
    composed = put_together(
        title=content.title, link=content.link, said=said, pictures=pictures, channel=channel, withdrawn=withdrawn
    )
    limits = limits_of(channel)
    within = text_limits(limits)
    bare = put_together(
        title=content.title,
        link=content.link,
        said=dict.fromkeys([*said, *languages], ("-", False)),
        pictures=pictures,
        channel=channel,
        withdrawn=False,
    )
    return Seen(
        channel_id=channel.pk,
        channel=channel.name,
        platform=channel.platform,
        composed=composed,
        room={
            language: Room(
                characters=limits.characters - (bare.texts[language].length - 1),
                used=wording.length(said[language][0], within) if language in said else 0,
                counting=limits.counting.value,
                link_weight=limits.link_weight,
            )
            for language in bare.texts
        },
    )


def _described(kept: Sequence[Picture], wanted: Sequence[Described]) -> list[Picture]:
    known = {each.media_id: each for each in kept}
    return [
        Picture(
            media_id=each.media_id,
            content_type=known[each.media_id].content_type,
            size=known[each.media_id].size,
            alt_text=each.alt_text,
            decorative=each.decorative,
            photographer=each.photographer,
        )
        for each in wanted
        if each.media_id in known
    ]
