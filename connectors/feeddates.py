"""When an item says it was published, in every way that Norwegian systems write it.

Decides what a written moment means: a moment without a zone is wall time in Norway, "CET" and "CEST" are what they say, and a name of a
day is decoration. Knows nothing of feeds. Everything that leaves this module is an aware datetime in UTC. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

NORWAY = "Europe/Oslo"
EARLIEST, LATEST = 1980, 2100
_LONGEST = 80

_MONTHS: Mapping[str, int] = {
    name: number
    for number, names in enumerate(
        (
            "januar jan january",
            "februar feb febr february",
            "mars mar march",
            "april apr",
            "mai may",
            "juni jun june",
            "juli jul july",
            "august aug",
            "september sep sept",
            "oktober okt october oct",
            "november nov",
            "desember des december dec",
        ),
        start=1,
    )
    for name in names.split()
}
# bokmål, nynorsk, English: whole, short, shorter; and the small words beside them
_DAY_WORDS = (
    "mandag tirsdag onsdag torsdag fredag lørdag søndag måndag tysdag laurdag sundag man tir ons tor fre lør søn mån tys lau "
    "ma ti on to fr lø sø må ty la su mo tu we th sa monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu "
    "thur thurs fri sat sun den kl klokka klokken at -"
)
_DAYS = frozenset(_DAY_WORDS.split())
_ZONES: Mapping[str, int] = {  # minutes east of Greenwich
    **dict.fromkeys(("z", "ut", "utc", "gmt", "wet"), 0),
    **dict.fromkeys(("cet", "met", "mez", "west", "bst"), 60),
    **dict.fromkeys(("cest", "mest", "mesz", "eet"), 120),
    "eest": 180,
    "est": -300,
    "edt": -240,
    "cst": -360,
    "cdt": -300,
    "mst": -420,
    "mdt": -360,
    "pst": -480,
    "pdt": -420,
}
_CLOCK = r"(?P<hour>\d{1,2})[:.](?P<minute>\d{2})(?:[:.](?P<second>\d{2})(?:[.,]\d{1,9})?)?(?:\s?(?P<half>am|pm))?"
_ZONE = r"(?:\s?(?P<zone>[+-]\d{2}(?::?\d{2})?|[a-z]{1,4}(?:[+-]\d{1,2})?))?(?:\s?\([a-zøå. ]{1,40}\))?"
_TIME = rf"(?:[t,\s]\s?{_CLOCK}{_ZONE})?"
_SHAPES = tuple(
    re.compile(shape)
    for shape in (
        rf"(?P<year>\d{{4}})[-/.](?P<month>\d{{1,2}})[-/.](?P<day>\d{{1,2}}){_TIME}",
        rf"(?P<day>\d{{1,2}})[./-] ?(?P<month>\d{{1,2}})[./-] ?(?P<year>\d{{4}}|\d{{2}}){_TIME}",
        rf"(?P<day>\d{{1,2}})[.,]?[\s-]?(?P<word>[a-z]+)[.,]?[\s-](?P<year>\d{{4}}|\d{{2}}){_TIME}",
        rf"(?P<word>[a-z]+)[.]?\s(?P<day>\d{{1,2}}),?\s(?P<year>\d{{4}}){_TIME}",
        rf"(?P<word>[a-z]+)[.]?\s(?P<day>\d{{1,2}})\s{_CLOCK}(?:\s(?P<zone>[a-z]{{1,4}}))?\s(?P<year>\d{{4}})",
        (
            r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})"
            r"(?:t?(?P<hour>\d{2})(?P<minute>\d{2})(?P<second>\d{2})?(?P<zone>z|[+-]\d{2}:?\d{2})?)?"
        ),
    )
)


def parse(text: str, *, zone: str = NORWAY) -> datetime | None:
    """The moment (aware UTC) that a feed's date means, None where it says nothing that can be understood.

    `zone`: whose wall clock a time without a zone was read from. A date alone is the beginning of that day there.
    """
    words = text.strip().lower()
    if not words or len(words) > _LONGEST or not words.isprintable():
        return None
    words = " ".join(word for word in words.split() if word.strip(".,") not in _DAYS)
    words = re.sub(rf"^(?:{'|'.join(sorted(map(re.escape, _DAYS), key=len, reverse=True))})[.,]+(?=\d)", "", words)
    for shape in _SHAPES:
        if (found := shape.fullmatch(words)) is not None:
            return _moment({name: value for name, value in found.groupdict().items() if value}, zone)
    return None


def _moment(said: Mapping[str, str], zone: str) -> datetime | None:
    month = _MONTHS.get(said["word"]) if "word" in said else int(said["month"])
    place = _zone(said["zone"]) if "zone" in said else ZoneInfo(zone)
    if month is None or place is None:
        return None
    year = int(said["year"]) + (2000 if len(said["year"]) == 2 else 0)
    hour = int(said.get("hour", 0))
    if "half" in said:
        hour = hour % 12 + (12 if said["half"] == "pm" else 0)
    try:
        wall = datetime(
            year,
            month,
            int(said["day"]),
            hour,
            int(said.get("minute", 0)),
            min(int(said.get("second", 0)), 59),
            tzinfo=place,
        )
        return wall.astimezone(UTC) if EARLIEST <= year <= LATEST else None
    except (ValueError, OverflowError):
        return None


def _zone(name: str) -> tzinfo | None:
    """UTC+1 and the like, a named zone, or an offset in hours and minutes."""
    named = re.fullmatch(r"([a-z]+)([+-]\d{1,2})?", name)
    if named:
        minutes = _ZONES.get(named[1])
        if minutes is None:
            return None
        minutes += 60 * int(named[2] or 0)
    else:
        digits = name[1:].replace(":", "")
        minutes = int(digits[:2]) * 60 + int(digits[2:] or 0)
        minutes = -minutes if name[0] == "-" else minutes
    return timezone(timedelta(minutes=minutes)) if abs(minutes) <= 14 * 60 else None
