"""What really goes out in one channel: its own version or the post's text, with the photographer's name and the link home, made to fit.

Decides nothing of when. Every door that lets a post through asks here what stops it; everything that stops it is told at once.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlmodel import Session

from connectors.contract import Limits
from scheduler.domain import wording
from scheduler.domain.wording import TextLimits
from scheduler.services.connecting import limits_of
from scheduler.store import channels, posts
from scheduler.store.posts import Picture
from scheduler.store.tables import Channel, Publication
from scheduler.store.tables.posts import SourceFlag

#: How a photographer is named, by the language of the text. Norwegian where we have no word of its own.
_CREDIT = {"en": "Photo", "nb": "Foto", "nn": "Foto"}


class Complaint(StrEnum):
    """Why a post cannot go out in a channel as it stands."""

    NO_TEXT = "no_text"
    TEXT_TOO_LONG = "text_too_long"
    NO_ALT_TEXT = "no_alt_text"
    ALT_TEXT_TOO_LONG = "alt_text_too_long"
    PICTURE_TOO_LARGE = "picture_too_large"
    PICTURE_TYPE = "picture_type"
    SOURCE_WITHDRAWN = "source_withdrawn"


@dataclass(frozen=True, kw_only=True)
class ComposedText:
    """A text as it will stand there, link and all. `length` and `limit` as the platform counts; `shortened`: something was left out."""

    text: str
    length: int
    limit: int
    shortened: bool
    own: bool


@dataclass(frozen=True, kw_only=True)
class ComposedImage:
    """A picture as it will stand there. `alt_text` is "" where it is decorative."""

    media_id: int
    alt_text: str
    decorative: bool
    photographer: str | None


@dataclass(frozen=True, kw_only=True)
class Composed:
    """A post in one channel, by language. `complaints`: everything that stops it."""

    title: str
    link: str | None
    texts: Mapping[str, ComposedText]
    images: tuple[ComposedImage, ...]
    complaints: frozenset[Complaint]


def compose(session: Session, publication: Publication) -> Composed:
    """What the publication says, in each language that it may go out in."""
    channel = channels.channel(session, publication.channel_id)
    post = posts.post(session, publication.post_id)
    return put_together(
        title=post.title,
        link=post.link,
        said=texts_for(session, publication, channel),
        pictures=posts.pictures(session, post.pk),
        channel=channel,
        withdrawn=post.source_flag is SourceFlag.WITHDRAWN,
    )


def put_together(
    *,
    title: str,
    link: str | None,
    said: Mapping[str, tuple[str, bool]],
    pictures: Sequence[Picture],
    channel: Channel,
    withdrawn: bool,
) -> Composed:
    """What a channel is given of all this. `said`: (text, whether it is the channel's own version) by language."""
    limits = limits_of(channel)
    shown = pictures[: limits.images]
    texts = {language: _fitted(text, language, link, shown, limits, own=own) for language, (text, own) in said.items()}
    found = set(_text_complaints(texts)) | set(_picture_complaints(shown, limits))
    if withdrawn:
        found.add(Complaint.SOURCE_WITHDRAWN)
    return Composed(
        title=title,
        link=link,
        texts=texts,
        images=tuple(
            ComposedImage(
                media_id=each.media_id,
                alt_text="" if each.decorative else each.alt_text.strip(),
                decorative=each.decorative,
                photographer=each.photographer,
            )
            for each in shown
        ),
        complaints=frozenset(found),
    )


def texts_for(session: Session, publication: Publication, channel: Channel) -> dict[str, tuple[str, bool]]:
    """(text, whether it is the channel's own version) by language; a channel that keeps to one language has that one where it is there."""
    return said_in(channel, posts.texts(session, publication.post_id), posts.own_texts(session, publication.pk))


def said_in(channel: Channel, texts: Mapping[str, str], own: Mapping[str, str]) -> dict[str, tuple[str, bool]]:
    """(text, whether it is the channel's own version) by language, in the languages that this channel keeps to."""
    said = {language: (own.get(language, text), language in own) for language, text in texts.items()}
    fixed = channel.language
    return {fixed: said[fixed]} if fixed is not None and fixed in said else said


def text_limits(limits: Limits) -> TextLimits:
    """The connectors' limits in the domain's words."""
    return TextLimits(
        characters=limits.characters,
        counting=wording.Counting(limits.counting.value),
        link_weight=limits.link_weight,
    )


def _fitted(
    text: str, language: str, link: str | None, pictures: Sequence[Picture], limits: Limits, *, own: bool
) -> ComposedText:
    within = text_limits(limits)
    body, home = text.strip(), (link or "").strip()
    if home and body.endswith(home):
        body = body.removesuffix(home).rstrip()
    credit = _credit(pictures, language, body)
    named = bool(home) and re.search(re.escape(home) + r"(?![\w/?=&%#-])", body) is not None
    fitted = wording.fit("", body, _closing(credit, "" if named else home), limits=within)
    if named and home not in fitted.text:  # it stood in what was left out
        fitted = wording.fit("", body, _closing(credit, home), limits=within)
    return ComposedText(
        text=fitted.text,
        length=wording.length(fitted.text, within),
        limit=limits.characters,
        shortened=fitted.shortened,
        own=own,
    )


def _closing(credit: str, home: str) -> str | None:
    """What stands last and is never cut."""
    return "\n\n".join(part for part in (credit, home) if part) or None


def _credit(pictures: Sequence[Picture], language: str, body: str) -> str:
    """The photographers' names, once each, and not again where the text credits them; the law asks for it (åndsverkloven § 5)."""
    names = dict.fromkeys(" ".join(each.photographer.split()) for each in pictures if each.photographer)
    unnamed = [name for name in names if name and not _credits(body, name)]
    if not unnamed:
        return ""
    return f"{_CREDIT.get(language.partition('-')[0], 'Foto')}: {', '.join(unnamed)}"


def _credits(body: str, name: str) -> bool:
    """Whether the text itself says who took the picture; a name alone may be somebody in the story."""
    return re.search(rf"(?i:foto|photo|bild|bilet)[^\n]{{0,40}}?(?<!\w){re.escape(name)}(?!\w)", body) is not None


def _text_complaints(texts: Mapping[str, ComposedText]) -> list[Complaint]:
    found = []
    if not texts or any(not each.text.strip() for each in texts.values()):
        found.append(Complaint.NO_TEXT)
    if any(each.length > each.limit for each in texts.values()):
        found.append(Complaint.TEXT_TOO_LONG)
    return found


def _picture_complaints(pictures: Sequence[Picture], limits: Limits) -> list[Complaint]:
    found = []
    for each in pictures:
        if not each.decorative and not each.alt_text.strip():
            found.append(Complaint.NO_ALT_TEXT)
        if limits.alt_characters and not each.decorative and len(each.alt_text.strip()) > limits.alt_characters:
            found.append(Complaint.ALT_TEXT_TOO_LONG)
        if limits.image_bytes and each.size > limits.image_bytes:
            found.append(Complaint.PICTURE_TOO_LARGE)
        if limits.image_types and each.content_type not in limits.image_types:
            found.append(Complaint.PICTURE_TYPE)
    return found
