"""What a person typed about a post, whatever its languages, channels and pictures are; kept as it was typed when something is wrong.

Knows the names of the fields and reads times on the wall. What a post may say is the service's to decide.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from enum import Enum

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from scheduler.domain.calendar import WallTime, local, resolve
from scheduler.domain.publication import FINAL, State
from scheduler.domain.rules import Refusal
from scheduler.queries.posts import PostPage
from scheduler.services.composing import Complaint
from scheduler.services.editing import LONGEST_NAME, Content, Described, PostRefusal
from scheduler.services.pictures_by_hand import PictureRefusal
from scheduler.services.sources import NOT_OUT

#: What can wait, the ordinary, and what matters more, as they stand in the form.
PRIORITIES = ("-1", "0", "1")
#: The two written standards: there is always a place for each.
STANDARDS = ("nb", "nn")
_FARTHEST = timedelta(days=5 * 366)
_NO_MOMENT = ("", "")
#: "2026-11-24", as browsers send it, and "24.11.2026", as people write it where the browser has no date field.
_DATE = re.compile(
    r"(?P<y1>\d{4})-(?P<m1>\d\d)-(?P<d1>\d\d)|(?P<d2>\d{1,2})\.(?P<m2>\d{1,2})\.(?P<y2>\d{4}|\d\d)", re.ASCII
)
_TIME = re.compile(r"(\d{1,2})[:.]?(\d\d)(?::\d\d)?", re.ASCII)


@dataclass(frozen=True, kw_only=True)
class TypedPicture:
    """A picture as it is described in the form. `left_out`: the post shall go without it."""

    media_id: int
    alt_text: str
    decorative: bool
    photographer: str
    left_out: bool = False


@dataclass(frozen=True, kw_only=True)
class TypedFile:
    """A picture to be added. `name`: the file's, where one was chosen; a browser does not keep the file itself when the page comes again."""

    name: str = ""
    alt_text: str = ""
    decorative: bool = False
    photographer: str = ""

    def begun(self) -> bool:
        """Whether anything was chosen or written."""
        return bool(self.name or self.decorative or self.alt_text.strip() or self.photographer.strip())


@dataclass(frozen=True, kw_only=True)
class Typed:
    """The form. `moments`: (date, time) as typed, under "earliest", "latest" and the id of a channel whose time was chosen."""

    version: int = 0
    title: str = ""
    texts: Mapping[str, str] = field(default_factory=dict)
    link: str = ""
    channel_ids: frozenset[int] = frozenset()
    own_texts: Mapping[int, Mapping[str, str]] = field(default_factory=dict)
    pictures: tuple[TypedPicture, ...] = ()
    file: TypedFile = TypedFile()
    moments: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    unit: str = ""
    priority: str = ""
    campaign: str = ""

    @classmethod
    def of_post(cls, post: PostPage, zone: str) -> Typed:
        """What the form holds before anybody has typed."""
        moments = {"earliest": post.earliest_at, "latest": post.latest_at}
        moments |= {str(each.channel_id): each.chosen_at for each in post.channels}
        return cls(
            version=post.version,
            title=post.title,
            texts=dict(post.texts),
            link=post.link or "",
            channel_ids=frozenset(each.channel_id for each in post.channels if each.state not in FINAL),
            own_texts={each.channel_id: dict(each.own_texts) for each in post.channels if each.own_texts},
            pictures=tuple(
                TypedPicture(
                    media_id=each.media_id,
                    alt_text=each.alt_text,
                    decorative=each.decorative,
                    photographer=each.photographer or "",
                )
                for each in post.pictures
            ),
            moments={name: on_the_wall(at, zone) for name, at in moments.items()},
            priority=str(post.priority),
            campaign=str(post.campaign_id or ""),
        )

    @classmethod
    def of_form(cls, form: MultiDict[str, str], post: PostPage | None, *, file_name: str = "") -> Typed:
        """What was typed, and the name of the picture's file. What is out stays in its channels whatever the form says."""
        texts = {name[5:]: form[name] for name in form if name.startswith("text-") and name != "text-more"}
        more = form.get("more-language", "")
        if more and form.get("text-more", "").strip():
            texts[more] = form["text-more"]
        own: dict[int, dict[str, str]] = {}
        for name in form:
            kind, _dash, rest = name.partition("-")
            channel, _dash, language = rest.partition("-")
            if kind == "own" and language and (channel_id := number(channel)) is not None and form[name].strip():
                own.setdefault(channel_id, {})[language] = form[name]
        fixed = {
            each.channel_id
            for each in (post.channels if post else ())
            if each.state not in NOT_OUT and each.state not in FINAL
        }
        names = ["earliest", "latest", *(name[5:] for name in form if name.startswith("date-"))]
        return cls(
            version=number(form.get("version")) or 0,
            title=form.get("title", ""),
            texts=texts,
            link=form.get("link", ""),
            channel_ids=frozenset(each for text in form.getlist("channel") if (each := number(text))) | fixed,
            own_texts=own,
            pictures=tuple(_picture(form, text) for text in form.getlist("picture") if number(text) is not None),
            file=TypedFile(
                name=file_name,
                alt_text=form.get("new-alt", ""),
                decorative="new-decorative" in form,
                photographer=form.get("new-photographer", ""),
            ),
            moments={name: (form.get(f"date-{name}", ""), form.get(f"time-{name}", "")) for name in names},
            unit=form.get("unit", ""),
            priority=form.get("priority", ""),
            campaign=form.get("campaign", ""),
        )

    def moment(self, name: str) -> tuple[str, str]:
        """(date, time) as typed."""
        return self.moments.get(name, _NO_MOMENT)

    def languages(self) -> tuple[str, ...]:
        """The languages that have a text, the two standards first."""
        written = [language for language, text in self.texts.items() if text.strip()]
        return (*(each for each in STANDARDS if each in written), *(each for each in written if each not in STANDARDS))

    def own_versions(self, channel_id: int) -> Mapping[str, str]:
        """A channel's own version, by language."""
        return self.own_texts.get(channel_id, {})

    def beside(self, post: PostPage) -> Typed:
        """The same, to be saved over what another has saved meanwhile: pictures that came stay, and those that went are gone."""
        ours = {each.media_id: each for each in self.pictures}
        theirs = {each.media_id: each for each in Typed.of_post(post, "UTC").pictures}
        kept = tuple(ours.get(media_id, each) for media_id, each in theirs.items())
        return replace(self, version=post.version, pictures=kept)

    def in_language(self, old: str, new: str) -> Typed:
        """The same, where what was taken to be `old` is `new`."""
        own = {channel_id: _renamed(texts, old, new) for channel_id, texts in self.own_texts.items()}
        return replace(self, texts=_renamed(self.texts, old, new), own_texts=own)

    def content(self, *, zone: str, now: datetime, post: PostPage | None) -> tuple[Content, list[tuple[str, str]]]:
        """What is asked for, and (field, sentence) for each time that cannot be read."""
        saved = {"earliest": post.earliest_at, "latest": post.latest_at} if post else {}
        instants: dict[str, datetime | None] = {}
        wrong: list[tuple[str, str]] = []
        for name, filled in (("earliest", time(0, 0)), ("latest", time(23, 59))):
            kept = saved.get(name)
            if kept is not None and self.moment(name) == on_the_wall(kept, zone):
                instants[name] = kept  # to the second
                continue
            instants[name], mistake = instant(self.moment(name), zone=zone, now=now, filled=filled)
            wrong += [(f"date-{name}", mistake)] if mistake else []
        content = Content(
            title=self.title,
            texts={language: text for language, text in self.texts.items() if text.strip()},
            link=self.link.strip() or None,
            channel_ids=self.channel_ids,
            own_texts={
                channel_id: {language: text for language, text in texts.items() if self.texts.get(language, "").strip()}
                for channel_id, texts in self.own_texts.items()
                if channel_id in self.channel_ids
            },
            earliest_at=instants["earliest"],
            latest_at=instants["latest"],
            priority=int(self.priority) if self.priority in PRIORITIES else post.priority if post else 0,
            campaign_id=number(self.campaign),
            pictures=None
            if post is None
            else tuple(
                Described(
                    media_id=each.media_id,
                    alt_text=each.alt_text,
                    decorative=each.decorative,
                    photographer=each.photographer or None,
                )
                for each in self.pictures
                if not each.left_out
            ),
        )
        return content, wrong

    def chosen_times(self, *, zone: str, now: datetime) -> tuple[dict[int, datetime], list[tuple[str, str]]]:
        """channel id → the instant that was chosen for it, and (field, sentence) for each that cannot be read."""
        chosen: dict[int, datetime] = {}
        wrong: list[tuple[str, str]] = []
        for channel_id in sorted(self.channel_ids):
            at, mistake = instant(self.moment(str(channel_id)), zone=zone, now=now, filled=None)
            if at is not None:
                chosen[channel_id] = at
            if mistake:
                wrong.append((f"date-{channel_id}", mistake))
        return chosen, wrong

    def settled(self, saved: Typed, *, zone: str, planned: bool) -> list[WallTime]:
        """What the change of the clock did to each time that was typed anew and is kept. `planned`: those of the channels too."""
        kept = self.moments if planned else ("earliest", "latest")
        anew = [self.moment(name) for name in kept if self.moment(name) != saved.moment(name)]
        return sorted({kind for each in anew if (kind := _settled(each, zone)) is not WallTime.PLAIN})

    def unplanned(self, saved: Typed, post: PostPage) -> dict[str, str]:
        """The times that were chosen for drafts, by the names of their fields: a draft keeps none, so the page carries them."""
        names = [str(each.channel_id) for each in post.channels if each.state is State.DRAFT]
        chosen = {name: self.moment(name) for name in names if self.moment(name) != saved.moment(name)}
        return {
            f"{field}-{name}": text
            for name, both in chosen.items()
            for field, text in zip(("date", "time"), both, strict=True)
        }

    def carrying(self, chosen: Mapping[str, str], post: PostPage) -> Typed:
        """The same, with those times in their fields."""
        names = [str(each.channel_id) for each in post.channels if each.state is State.DRAFT]
        carried = {each: (chosen.get(f"date-{each}", ""), chosen.get(f"time-{each}", "")) for each in names}
        return replace(self, moments={**self.moments, **{name: both for name, both in carried.items() if any(both)}})


def instant(
    typed: tuple[str, str], *, zone: str, now: datetime, filled: time | None
) -> tuple[datetime | None, str | None]:
    """(the instant, None), (None, None) where nothing was typed, or (None, what is wrong). `filled`: the time where only a date was typed."""
    on, at = (text.strip() for text in typed)
    if not on and not at:
        return None, None
    day = _day(on)
    if day is None:
        return None, _("Write a date as day, month and year.")
    clock = _clock(at) if at else filled
    if clock is None:
        return None, _("Write a time as hours and minutes.") if at else _("Choose a time too, such as 14:30.")
    if abs(day - now.date()) > _FARTHEST:
        return None, _("Choose a date less than five years from now.")
    return resolve(datetime.combine(day, clock), zone).at, None


def _settled(typed: tuple[str, str], zone: str) -> WallTime:
    day, clock = _day(typed[0].strip()), _clock(typed[1].strip())
    return resolve(datetime.combine(day, clock), zone).kind if day and clock else WallTime.PLAIN


def on_the_wall(at: datetime | None, zone: str) -> tuple[str, str]:
    """(date, time) as the fields of a form hold them."""
    if at is None:
        return _NO_MOMENT
    there = local(at, zone)
    return there.date().isoformat(), there.strftime("%H:%M")


#: The field that a refusal is about, where it is always the same.
_FIELDS: Mapping[Enum, str] = {
    PostRefusal.TITLE_EMPTY: "title",
    PostRefusal.TITLE_TOO_LONG: "title",
    PostRefusal.LINK_MALFORMED: "link",
    PostRefusal.NO_CHANNEL: "channels",
    PostRefusal.CHANNEL_NOT_ACTIVE: "channels",
    PostRefusal.CHANNEL_CANCELLED: "channels",
    PostRefusal.LATEST_BEFORE_EARLIEST: "date-latest",
    PostRefusal.LATEST_IS_PAST: "date-latest",
    PostRefusal.CAMPAIGN_OVER: "campaign",
    Refusal.AFTER_LATEST: "date-latest",
    Refusal.BEFORE_EARLIEST: "date-earliest",
}


def place_of(code: Enum, typed: Typed) -> str:
    """The id of the field that a refusal is about, or ""."""
    if code in _FIELDS:
        return _FIELDS[code]
    match code:
        case PostRefusal.ALT_TEXT_TOO_LONG | Complaint.NO_ALT_TEXT | Complaint.ALT_TEXT_TOO_LONG:
            lacking = (each for each in typed.pictures if not each.decorative and not each.alt_text.strip())
            first = next(lacking, None)
            if first is None and typed.file.begun():
                return "new-alt"
            first = first or next(iter(typed.pictures), None)
            return f"alt-{first.media_id}" if first else ""
        case PostRefusal.PHOTOGRAPHER_TOO_LONG:
            long = next((each for each in typed.pictures if len(each.photographer) > LONGEST_NAME), None)
            return f"photographer-{long.media_id}" if long else "new-photographer" if typed.file.begun() else ""
        case PictureRefusal():
            return "new-picture"
        case PostRefusal.POST_TEXT_EMPTY | PostRefusal.POST_TEXT_TOO_LONG | Complaint.NO_TEXT | Complaint.TEXT_TOO_LONG:
            return f"text-{next(iter(typed.languages()), STANDARDS[0])}"
        case PostRefusal.OWN_TEXT_TOO_LONG | PostRefusal.OWN_TEXT_WITHOUT_LANGUAGE:
            owned = ((channel_id, next(iter(texts))) for channel_id, texts in typed.own_texts.items() if texts)
            return next((f"own-{channel_id}-{language}" for channel_id, language in owned), "")
        case _:
            return ""


def number(text: str | None) -> int | None:
    """The id that a form or an address carries."""
    return int(text) if text and text.isdecimal() and text.isascii() and len(text) < 19 else None


def _picture(form: MultiDict[str, str], text: str) -> TypedPicture:
    return TypedPicture(
        media_id=int(text),
        alt_text=form.get(f"alt-{text}", ""),
        decorative=f"decorative-{text}" in form,
        photographer=form.get(f"photographer-{text}", ""),
        left_out=f"remove-{text}" in form,
    )


def _renamed(texts: Mapping[str, str], old: str, new: str) -> dict[str, str]:
    kept = {language: text for language, text in texts.items() if language not in {old, new}}
    if texts.get(old, "").strip():
        kept[new] = texts[old]
    if texts.get(new, "").strip():
        kept[old] = texts[new]
    return kept


def _day(text: str) -> date | None:
    found = _DATE.fullmatch(text)
    if found is None:
        return None
    parts = {name: int(figures) for name, figures in found.groupdict().items() if figures}
    year = parts.get("y1") or parts["y2"]
    try:
        return date(year + 2000 if year < 100 else year, parts.get("m1") or parts["m2"], parts.get("d1") or parts["d2"])
    except (ValueError, KeyError):
        return None


def _clock(text: str) -> time | None:
    found = _TIME.fullmatch(text)
    try:
        return time(int(found[1]), int(found[2])) if found else None
    except ValueError:
        return None
