"""The year's language report as a table that a Norwegian spreadsheet opens right: per channel and month, whole numbers only.

Semicolons, since that is what Excel expects where the decimal sign is a comma; UTF-8 with a mark at its beginning, without which Excel
reads æ, ø and å wrongly. Knows no rule; counts nothing itself.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

from scheduler.domain.excuses import Excuse
from scheduler.domain.ledger import Break, Why
from scheduler.queries.ledger import ChannelLedger, Ledger
from web import wording

#: What a spreadsheet takes for the beginning of a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
_WITHOUT_EXCUSE = tuple(why for why in Why if why is not Why.PERSON)
_BY_A_PERSON = tuple(excuse for excuse in Excuse if excuse is not Excuse.STOOD_BEFORE)


@dataclass(frozen=True, kw_only=True)
class Of:
    """Whose ledger, and its last month: the year's twelfth, or the one that runs."""

    municipality: str
    ledger: Ledger
    last_month: int


def as_csv(all_of_them: Iterable[Of]) -> str:
    """The report: a line of headings, then a line a channel and month, every month up to the last."""
    file = io.StringIO()
    file.write("\ufeff")
    writer = csv.writer(file, delimiter=";", lineterminator="\r\n")
    writer.writerow([heading[:1].upper() + heading[1:] for heading in _headings()])
    for each in all_of_them:
        for channel in each.ledger.channels:
            for month in each.ledger.months(channel, last=each.last_month):
                numbers = month.tally
                writer.writerow(
                    [
                        harmless(each.municipality),
                        each.ledger.year,
                        month.number,
                        harmless(channel.name),
                        harmless(channel.unit_name or ""),
                        harmless(policy(channel)),
                        numbers.nn,
                        numbers.nb,
                        numbers.both,
                        numbers.other,
                        numbers.native,
                        numbers.notices,
                        len(month.breaks),
                        *_by_reason(month.breaks),
                    ]
                )
    return file.getvalue()


def policy(channel: ChannelLedger) -> str:
    """How the channel takes turns, in words."""
    if channel.language:
        return _("Always %(language)s", language=wording.language(channel.language).lower())
    return wording.words(channel.alternation)


def harmless(text: str) -> str:
    """The text so that no spreadsheet takes it for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def _headings() -> list[str]:
    return [
        _("Municipality"), _("Year"), _("Month"), _("Channel"), _("Unit"), _("Turns"),
        _("Nynorsk"), _("Bokmål"), _("Both"), _("Other"), _("Of these posted on the platform itself"), _("Service notices"),
        _("Breaks of the turn"),
        *(wording.words(why) for why in _WITHOUT_EXCUSE),
        *(f"{wording.words(Why.PERSON)}: {excuse_words(excuse)}" for excuse in _BY_A_PERSON),
        f"{wording.words(Why.PERSON)}: {excuse_words(None)}",
    ]  # fmt: skip


def excuse_words(excuse: Excuse | None) -> str:
    """A person's reason in words."""
    return wording.words(excuse) if excuse is not None else _("not known")


def _by_reason(broken: Sequence[Break]) -> list[int]:
    why = Counter(each.cause.why for each in broken)
    by_a_person = Counter(each.cause.excuse for each in broken if each.cause.why is Why.PERSON)
    return [*(why[each] for each in _WITHOUT_EXCUSE), *(by_a_person[each] for each in _BY_A_PERSON), by_a_person[None]]
