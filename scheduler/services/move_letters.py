"""The words of the mail that tells whoever owns posts that they moved: in English, bokmål and nynorsk, plain text.

Knows words. Decides neither who gets the mail nor when. How times are said is the reminders' way.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from scheduler.services import letters

_NAMED = 60

#: Why a post moved, by code; a code that is not here goes without.
WHYS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "en": {
            "late": "Its time passed before it could be sent.",
            "day_full": "The channel has as many posts that day as the rules allow.",
            "too_close": "It stood too close to another post.",
            "campaign": "It stood too close to another post of the same campaign.",
            "turn": "It is the other written standard's turn.",
            "outside_window": "The channel no longer posts at that hour.",
            "holiday": "Nothing is placed on that public holiday.",
            "own_day": "The municipality has taken that day out.",
            "channel_paused": "The channel was paused.",
            "moved_for_latest": "So that fewer posts miss their latest moment.",
            "moved_for_turn": "So that nynorsk and bokmål take turns.",
            "chosen": "A colleague chose the new time.",
        },
        "nb": {
            "late": "Tidspunktet gikk før det kunne sendes.",
            "day_full": "Kanalen har så mange innlegg den dagen som reglene tillater.",
            "too_close": "Det sto for nær et annet innlegg.",
            "campaign": "Det sto for nær et annet innlegg i samme kampanje.",
            "turn": "Det er den andre målformens tur.",
            "outside_window": "Kanalen publiserer ikke lenger på det klokkeslettet.",
            "holiday": "Det settes ikke opp noe på den helligdagen.",
            "own_day": "Kommunen har tatt ut den dagen.",
            "channel_paused": "Kanalen var satt på pause.",
            "moved_for_latest": "Slik rekker flere innlegg fristene sine.",
            "moved_for_turn": "Slik kommer nynorsk og bokmål på skift.",
            "chosen": "En kollega valgte det nye tidspunktet.",
        },
        "nn": {
            "late": "Tidspunktet gjekk før det kunne sendast.",
            "day_full": "Kanalen har så mange innlegg den dagen som reglane tillèt.",
            "too_close": "Det stod for nær eit anna innlegg.",
            "campaign": "Det stod for nær eit anna innlegg i same kampanje.",
            "turn": "Det er den andre målforma sin tur.",
            "outside_window": "Kanalen publiserer ikkje lenger på det klokkeslettet.",
            "holiday": "Det blir ikkje sett opp noko på den heilagdagen.",
            "own_day": "Kommunen har teke ut den dagen.",
            "channel_paused": "Kanalen var sett på pause.",
            "moved_for_latest": "Slik rekk fleire innlegg fristane sine.",
            "moved_for_turn": "Slik kjem nynorsk og bokmål på skift.",
            "chosen": "Ein kollega valde det nye tidspunktet.",
        },
    }
)

WORDS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "en": {
            "subject_one": "A post of yours has another time",
            "subject_one_lost": "A post of yours has lost its time",
            "subject_many": "{count} posts of yours have other times",
            "lead": "This was changed in the plan:",
            "line": "“{title}” in {channel}",
            "moved": "Moved from {before} to {after}.",
            "lost": "Stood {before}. It has no time now.",
            "more": "And {count} more. All of it is here: {address}",
            "promise": "You get this mail once for each change that somebody else, or the plan, has made.",
        },
        "nb": {
            "subject_one": "Et innlegg du har ansvar for, har fått nytt tidspunkt",
            "subject_one_lost": "Et innlegg du har ansvar for, har mistet tidspunktet",
            "subject_many": "{count} innlegg du har ansvar for, har fått nye tidspunkter",
            "lead": "Dette er endret i planen:",
            "line": "«{title}» i {channel}",
            "moved": "Flyttet fra {before} til {after}.",
            "lost": "Sto {before}. Det har ikke noe tidspunkt nå.",
            "more": "Og {count} til. Her er alt: {address}",
            "promise": "Du får denne e-posten én gang for hver endring som andre, eller planen, har gjort.",
        },
        "nn": {
            "subject_one": "Eit innlegg du har ansvar for, har fått nytt tidspunkt",
            "subject_one_lost": "Eit innlegg du har ansvar for, har mist tidspunktet",
            "subject_many": "{count} innlegg du har ansvar for, har fått nye tidspunkt",
            "lead": "Dette er endra i planen:",
            "line": "«{title}» i {channel}",
            "moved": "Flytta frå {before} til {after}.",
            "lost": "Stod {before}. Det har ikkje noko tidspunkt no.",
            "more": "Og {count} til. Her er alt: {address}",
            "promise": "Du får denne e-posten éin gong for kvar endring som andre, eller planen, har gjort.",
        },
    }
)


@dataclass(frozen=True, kw_only=True)
class MovedEntry:
    """A post in the mail. `to_at`: None where it has no time now; `why`: the code of what brought it about."""

    title: str
    channel: str
    from_at: datetime
    to_at: datetime | None
    why: str | None
    address: str


def moved(
    language: str | None,
    *,
    name: str,
    entries: Sequence[MovedEntry],
    more: int = 0,
    address: str,
    zone: str,
    now: datetime,
) -> tuple[str, str]:
    """The subject and the text of a mail that tells `name` of `entries` and of `more` that are not listed. `address`: the queue."""
    spoken = language if language is not None and language in WORDS else letters.FALLBACK
    words = WORDS[spoken]
    count = len(entries) + more
    about = "subject_many" if count > 1 else "subject_one" if entries[0].to_at is not None else "subject_one_lost"
    greeting = letters.first_name(name)
    hello = letters.WORDS[spoken]["hello"].format(name=greeting) if greeting else letters.WORDS[spoken]["hello_nobody"]
    paragraphs = [hello, words["lead"], *(_entry(spoken, each, zone=zone, now=now) for each in entries)]
    if more:
        paragraphs.append(words["more"].format(count=more, address=address))
    return words[about].format(count=count), "\n\n".join((*paragraphs, words["promise"])) + "\n"


def _entry(language: str, entry: MovedEntry, *, zone: str, now: datetime) -> str:
    words = WORDS[language]
    before, after = (
        letters.moment(letters.WORDS[language], at, zone=zone, now=now) if at is not None else ""
        for at in (entry.from_at, entry.to_at)
    )
    told = words["moved" if entry.to_at is not None else "lost"].format(before=before, after=after)
    why = WHYS[language].get(entry.why or "", "")
    title, channel = (letters.on_one_line(each, _NAMED) for each in (entry.title, entry.channel))
    return "\n".join((words["line"].format(title=title, channel=channel), f"{told} {why}".rstrip(), entry.address))
