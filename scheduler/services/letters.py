"""The words of the mails we send, in English, bokmål and nynorsk: plain text, no Flask.

Knows words, and how times are said. Decides neither who gets a mail nor when. What a citizen wrote is quoted on one line, so that no
comment can look like a part of the letter.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from scheduler.domain.calendar import local

#: The language of whoever has chosen none, in a municipality that has chosen none of ours.
FALLBACK = "nb"
_QUOTED = 90
_NAMED = 60


@dataclass(frozen=True, kw_only=True)
class Entry:
    """An enquiry in a reminder. `who`: the citizen, where known; `mine`: the reader has it; `held_by`: the colleague who has it."""

    who: str | None
    said: str
    channel: str
    due_at: datetime
    address: str
    mine: bool = False
    held_by: str | None = None


WORDS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "en": {
            "subject_one": "One enquiry waits for an answer, due {due}",
            "subject_many": "{count} enquiries wait for an answer, the first due {due}",
            "subject_one_over": "One enquiry is overdue since {due}",
            "subject_many_over": "{count} enquiries wait for an answer, the first overdue since {due}",
            "hello": "Hello, {name}!",
            "hello_nobody": "Hello!",
            "lead_one": "Somebody waits for an answer from us:",
            "lead_many": "{count} enquiries wait for an answer from us:",
            "line": "{who} in {channel}:",
            "somebody": "Somebody",
            "quote": "“{said}”",
            "no_words": "(no words)",
            "due": "Due {due} ({left})",
            "mine": "It is yours.",
            "held_by": "{name} has it.",
            "held_by_nobody": "Nobody has taken it yet.",
            "left": "{amount} left",
            "over": "{amount} over",
            "hours_one": "{count} hour",
            "hours_many": "{count} hours",
            "minutes_one": "{count} minute",
            "minutes_many": "{count} minutes",
            "under_a_minute": "less than a minute",
            "and": "{first} and {second}",
            "more": "And {count} more. All of them: {address}",
            "promise": "The municipality has promised an answer within 24 hours. This reminder comes once for each enquiry, and never at night.",
            "moment": "{weekday} {day} {month} at {time}",
            "today": "today at {time}",
            "tomorrow": "tomorrow at {time}",
            "yesterday": "yesterday at {time}",
            "clock": "%H:%M",
            "weekdays": "Monday Tuesday Wednesday Thursday Friday Saturday Sunday",
            "months": "January February March April May June July August September October November December",
        },
        "nb": {
            "subject_one": "Én henvendelse venter på svar, fristen er {due}",
            "subject_many": "{count} henvendelser venter på svar, den første fristen er {due}",
            "subject_one_over": "Én henvendelse er over fristen, som var {due}",
            "subject_many_over": "{count} henvendelser venter på svar, den første fristen var {due}",
            "hello": "Hei, {name}!",
            "hello_nobody": "Hei!",
            "lead_one": "Noen venter på svar fra oss:",
            "lead_many": "{count} henvendelser venter på svar fra oss:",
            "line": "{who} i {channel}:",
            "somebody": "Noen",
            "quote": "«{said}»",
            "no_words": "(ingen ord)",
            "due": "Frist {due} ({left})",
            "mine": "Det er du som har den.",
            "held_by": "{name} har den.",
            "held_by_nobody": "Ingen har tatt den ennå.",
            "left": "{amount} igjen",
            "over": "{amount} over fristen",
            "hours_one": "{count} time",
            "hours_many": "{count} timer",
            "minutes_one": "{count} minutt",
            "minutes_many": "{count} minutter",
            "under_a_minute": "under ett minutt",
            "and": "{first} og {second}",
            "more": "Og {count} til. Her er alle: {address}",
            "promise": "Kommunen har lovet svar innen 24 timer. Du får denne påminnelsen én gang for hver henvendelse, og aldri om natten.",
            "moment": "{weekday} {day}. {month} kl. {time}",
            "today": "i dag kl. {time}",
            "tomorrow": "i morgen kl. {time}",
            "yesterday": "i går kl. {time}",
            "clock": "%H.%M",
            "weekdays": "mandag tirsdag onsdag torsdag fredag lørdag søndag",
            "months": "januar februar mars april mai juni juli august september oktober november desember",
        },
        "nn": {
            "subject_one": "Éi henvending ventar på svar, fristen er {due}",
            "subject_many": "{count} henvendingar ventar på svar, den første fristen er {due}",
            "subject_one_over": "Éi henvending er over fristen, som var {due}",
            "subject_many_over": "{count} henvendingar ventar på svar, den første fristen var {due}",
            "hello": "Hei, {name}!",
            "hello_nobody": "Hei!",
            "lead_one": "Nokon ventar på svar frå oss:",
            "lead_many": "{count} henvendingar ventar på svar frå oss:",
            "line": "{who} i {channel}:",
            "somebody": "Nokon",
            "quote": "«{said}»",
            "no_words": "(ingen ord)",
            "due": "Frist {due} ({left})",
            "mine": "Det er du som har ho.",
            "held_by": "{name} har ho.",
            "held_by_nobody": "Ingen har teke ho enno.",
            "left": "{amount} att",
            "over": "{amount} over fristen",
            "hours_one": "{count} time",
            "hours_many": "{count} timar",
            "minutes_one": "{count} minutt",
            "minutes_many": "{count} minutt",
            "under_a_minute": "under eitt minutt",
            "and": "{first} og {second}",
            "more": "Og {count} til. Her er alle: {address}",
            "promise": "Kommunen har lova svar innan 24 timar. Du får denne påminninga éin gong for kvar henvending, og aldri om natta.",
            "moment": "{weekday} {day}. {month} kl. {time}",
            "today": "i dag kl. {time}",
            "tomorrow": "i morgon kl. {time}",
            "yesterday": "i går kl. {time}",
            "clock": "%H.%M",
            "weekdays": "måndag tysdag onsdag torsdag fredag laurdag sundag",
            "months": "januar februar mars april mai juni juli august september oktober november desember",
        },
    }
)


def reminder(
    language: str | None,
    *,
    name: str,
    entries: Sequence[Entry],
    more: int = 0,
    address: str,
    zone: str,
    now: datetime,
) -> tuple[str, str]:
    """The subject and the text of a mail that reminds `name` of `entries` (the nearest due first) and of `more` that are not listed.

    `address`: the inbox. Times are those on the wall in `zone`.
    """
    words = WORDS.get(language or FALLBACK, WORDS[FALLBACK])
    count = len(entries) + more
    first = min(entry.due_at for entry in entries)
    about = ("subject_one" if count == 1 else "subject_many") + ("_over" if first < now else "")
    subject = words[about].format(count=count, due=moment(words, first, zone=zone, now=now))
    greeting = first_name(name)
    paragraphs = [
        words["hello"].format(name=greeting) if greeting else words["hello_nobody"],
        words["lead_one" if count == 1 else "lead_many"].format(count=count),
        *(_entry(words, each, zone=zone, now=now) for each in entries),
    ]
    if more:
        paragraphs.append(words["more"].format(count=more, address=address))
    return subject, "\n\n".join((*paragraphs, words["promise"])) + "\n"


def _entry(words: Mapping[str, str], entry: Entry, *, zone: str, now: datetime) -> str:
    said = on_one_line(entry.said, _QUOTED)
    if entry.mine:
        held = words["mine"]
    elif entry.held_by:
        held = words["held_by"].format(name=on_one_line(entry.held_by, _NAMED))
    else:
        held = words["held_by_nobody"]
    who = on_one_line(entry.who or "", _NAMED) or words["somebody"]
    lines = (
        words["line"].format(who=who, channel=on_one_line(entry.channel, _NAMED)),
        words["quote"].format(said=said) if said else words["no_words"],
        words["due"].format(due=moment(words, entry.due_at, zone=zone, now=now), left=_left(words, entry, now=now)),
        held,
        entry.address,
    )
    return "\n".join(lines)


def _left(words: Mapping[str, str], entry: Entry, *, now: datetime) -> str:
    away = entry.due_at - now
    over = away.total_seconds() < 0
    hours, minutes = divmod(int(abs(away).total_seconds()) // 60, 60)
    parts = [
        words[f"{unit}_{'one' if count == 1 else 'many'}"].format(count=count)
        for unit, count in (("hours", hours), ("minutes", minutes))
        if count
    ]
    match parts:
        case [first, second]:
            amount = words["and"].format(first=first, second=second)
        case [only]:
            amount = only
        case _:
            amount = words["under_a_minute"]
    return words["over" if over else "left"].format(amount=amount)


def moment(words: Mapping[str, str], at: datetime, *, zone: str, now: datetime) -> str:
    """The instant as the wall in `zone` shows it, said in these words."""
    wall = local(at, zone)
    time = wall.strftime(words["clock"])
    away = (wall.date() - local(now, zone).date()).days
    near = {-1: "yesterday", 0: "today", 1: "tomorrow"}.get(away)
    if near is not None:
        return words[near].format(time=time)
    return words["moment"].format(
        weekday=words["weekdays"].split()[wall.weekday()],
        day=wall.day,
        month=words["months"].split()[wall.month - 1],
        time=time,
    )


def first_name(name: str) -> str:
    """What a letter calls somebody."""
    return next(iter(on_one_line(name, _NAMED).split()), "")


def on_one_line(text: str, longest: int) -> str:
    """What somebody wrote, on one line and no longer than that; without signs that turn the direction of what follows."""
    shown = "".join(
        " " if each.isspace() else each
        for each in text[: longest * 20]
        if each.isspace() or unicodedata.category(each) not in {"Cc", "Cf", "Cs", "Co"} or each == "\u200d"
    )
    line = " ".join(shown.split())
    if len(line) <= longest:
        return line
    cut = line[: longest - 1]
    return (cut.rsplit(" ", 1)[0] if " " in cut[longest // 2 :] else cut) + " …"
