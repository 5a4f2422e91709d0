"""What a service notice says: the sender's own words, in a plain frame of bokmål or nynorsk, and the line that tells that it is over.

Knows the two standards' words for citizens. Knows nothing of channels, posts or who may send. A short text is joined from few fields, so
whatever a person writes in a hurry must give whole sentences.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

from scheduler.domain.calendar import OSLO, local
from scheduler.domain.languages import detect

LONGEST_WHAT = 300
LONGEST_PLACE = 200
LONGEST_UNTIL = 120

#: A notice that has not gone out within this time is no news any more: it does not go out the next morning.
LONGEST_WAIT = timedelta(hours=2)

#: The standards that a frame is written in.
WRITTEN_IN = ("nb", "nn")

WORDS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "nb": {
            "place": "Gjelder {place}.",
            "until": "Varer til {until}.",
            "lasts": "Varer {until}.",
            "nobody_knows": "Vi vet ikke hvor lenge det varer.",
            "over": "Over kl. {time}: {words}",
            "over_another_day": "Over {day}. {month} kl. {time}: {words}",
            "no_longer": "Dette gjelder ikke lenger.",
            "said": "Meldingen var: {said}",
        },
        "nn": {
            "place": "Gjeld {place}.",
            "until": "Varer til {until}.",
            "lasts": "Varer {until}.",
            "nobody_knows": "Vi veit ikkje kor lenge det varer.",
            "over": "Over kl. {time}: {words}",
            "over_another_day": "Over {day}. {month} kl. {time}: {words}",
            "no_longer": "Dette gjeld ikkje lenger.",
            "said": "Meldinga var: {said}",
        },
    }
)
#: The same in both standards.
_MONTHS = [
    "januar",
    "februar",
    "mars",
    "april",
    "mai",
    "juni",
    "juli",
    "august",
    "september",
    "oktober",
    "november",
    "desember",
]

_TELLING = "over "
_ENDS = (".", "!", "?", "…")
#: What a place begins with that goes straight on from the sentence before: "i Strandgata".
_WHERE = re.compile(
    r"(i|på|ved|langs|mellom|frå|fra|over|under|bak|foran|framfor|utenfor|utanfor|innanfor|innenfor|inne|rundt|hos|nær|mot|til"
    r"|nord|sør|øst|aust|vest|oppe|nede|ovanfor|ovenfor|nedanfor|nedenfor)\s",
    re.IGNORECASE,
)
#: What is said of an end that needs no "til": "inntil videre", "ut dagen", "hele kvelden", "to timer".
_LASTS = re.compile(
    r"(inntil|fram til|frem til|ut|hele|heile|resten av)\s"
    r"|((ca\.?|cirka|om lag|omtrent|rundt|minst|opptil|opp til)\s+)?"
    r"(\d+([,-]\d+)?|en|ein|et|eit|ett|eitt|to|tre|fire|fem|seks|noen|nokre|et par|eit par|en halv|ein halv)\s+"
    r"(minutt|time|dag|døgn|uke|veke)",
    re.IGNORECASE,
)
_UNKNOWN = frozenset(
    {"ukjent", "ukjend", "uvisst", "uviss", "usikkert", "usikker", "vet ikke", "veit ikkje", "ikke kjent"}
)
#: A bare time of day, as people write it on a telephone: "16", "ca 16:00", "kl 16.30". "5.10" may be a date, and is left alone.
_CLOCK = re.compile(
    r"(?P<about>(ca\.?|cirka|om lag|omtrent|rundt)\s+)?(kl\.?\s*)?(?P<hour>[01]?\d|2[0-4])(?:(?P<sign>[:.])(?P<minute>[0-5]\d))?",
    re.IGNORECASE,
)


class Unsent(StrEnum):
    """Why a service notice did not go out after all. It is never given another time by itself."""

    TOO_LATE = "notice_too_late"
    HELD_BACK = "notice_held_back"
    NOT_POSTED = "notice_not_posted"
    OVER = "notice_was_over"


@dataclass(frozen=True, kw_only=True)
class Notice:
    """The four fields. `what`: in the sender's own words, in `language`; `until`: too, and free."""

    what: str
    place: str = ""
    until: str = ""
    link: str | None = None
    language: str = "nb"


def lead(notice: Notice) -> str:
    """The first sentence or sentences: what has happened, and where. Without a place that the words name already."""
    what, place = _begun(_one_line(notice.what)), _unended(_one_line(notice.place))
    if not place or place.casefold() in what.casefold():
        return _ended(what)
    plain = _unended(what)
    if _WHERE.match(f"{place} ") and not re.search(r"[.!?…]", plain):
        return f"{plain} {place[:1].lower()}{place[1:]}."
    if re.match(r"(hele?|heile|alle?|del(er|ar) av)\s", place, re.IGNORECASE):
        place = place[:1].lower() + place[1:]
    return f"{_ended(what)} {_words(notice)['place'].format(place=place)}"


def said(notice: Notice) -> str:
    """All that it says, but for the link, which every channel sets last by itself."""
    return " ".join(part for part in (lead(notice), _end(notice)) if part)


def over(text: str, *, language: str, at: datetime, sent_at: datetime, words: str = "", zone: str = OSLO) -> str:
    """What stands there when it is over: that first, with the time, then what it said. `words`: how it is now, where somebody says so."""
    known = WORDS.get(language, WORDS["nb"])
    here = local(at, zone)
    same_day = here.date() == local(sent_at, zone).date()
    now = _ended(_begun(_one_line(words))) if words.strip() else known["no_longer"]
    first = known["over" if same_day else "over_another_day"].format(
        time=here.strftime("%H.%M"), day=here.day, month=_MONTHS[here.month - 1], words=now
    )
    return f"{first}\n\n{known['said'].format(said=text.strip())}"


def reads_as(notice: Notice) -> str | None:
    """The other standard, where the sender's own words are surely in that one; None where they fit, or it cannot be told."""
    told = detect(f"{notice.what} {notice.place} {notice.until}").language
    return told if told is not None and told != notice.language else None


def key_of_telling(publication_id: int) -> str:
    """The key of the new notice that says that the one in this publication is over, where nothing can be corrected."""
    return f"{_TELLING}{publication_id}"


def tells_of_an_end(key: str | None) -> bool:
    """Whether a notice with this key says from its first word that another is over."""
    return key is not None and key.startswith(_TELLING)


def _end(notice: Notice) -> str:
    until = re.sub(r"(?i)^til\s+", "", _unended(_one_line(notice.until)))
    words = _words(notice)
    if not until:
        return ""
    if until.casefold() in _UNKNOWN:
        return words["nobody_knows"]
    until = _as_clock(until)
    frame = words["lasts" if _LASTS.match(f"{until} ") else "until"]
    until = until if _is_name(until) else until[:1].lower() + until[1:]
    return _ended(frame.removesuffix(".").format(until=until))


def _as_clock(until: str) -> str:
    found = _CLOCK.fullmatch(until)
    if found is None:
        return until
    minute = found["minute"] or "00"
    if found["sign"] == "." and 0 < int(minute) <= 12:
        return until
    about = (found["about"] or "").strip().lower()
    time = f"kl. {int(found['hour'])}" + ("" if minute == "00" else f".{minute}")
    return f"{about} {time}" if about else time


def _words(notice: Notice) -> Mapping[str, str]:
    return WORDS.get(notice.language, WORDS["nb"])


def _is_name(text: str) -> bool:
    """Whether the first word keeps its capital: more than its first letter is one."""
    first = text.split(maxsplit=1)[0]
    return first[1:] != first[1:].lower()


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _begun(text: str) -> str:
    return text[:1].upper() + text[1:]


def _ended(text: str) -> str:
    return text if text.endswith(_ENDS) else f"{text}."


def _unended(text: str) -> str:
    return text.rstrip(" .,;:") or text
