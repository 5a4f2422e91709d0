"""`ledger`: how nynorsk and bokmål are used, as rows and as the report."""

from __future__ import annotations

import csv
import io

from scheduler.domain.publication import State
from scheduler.store.database import Database
from tests import build
from tests.cli.conftest import Cli


def test_the_ledger_tells_the_municipality_and_each_channel(fjordvik: Cli) -> None:
    db = Database(fjordvik.url)
    with db.begin(1) as session:
        for name, language in (("Facebook", None), ("Skulen", "nn")):
            channel = build.channel(session, name=name, language=language).pk
            for _ in range(10):
                build.publication(
                    session, channel_id=channel, state=State.PUBLISHED, language="nn", published_at=build.NOW
                )
    db.close()
    whole, facebook, school = fjordvik.row("ledger", "--year", 2026)
    assert (whole["channel"], whole["nn"], whole["nb"], whole["short_of"], whole["needed"]) == (None, 10, 0, "nb", 4)
    assert (facebook["turns"], facebook["breaks"], facebook["because"]) == ("prefer", 9, {"unknown": 9})
    assert (school["turns"], school["nn"], school["breaks"], school["short_of"]) == ("nn", 10, 0, None)
    report = fjordvik("ledger", "--municipality", "fjordvik", "--year", 2026, "--csv")
    assert report.status == 0
    lines = list(csv.reader(io.StringIO(report.out.removeprefix("\ufeff")), delimiter=";"))
    assert [line[:6] for line in lines if line[2] == "3"] == [
        ["Fjordvik kommune", "2026", "3", "Facebook", "", "Take turns where possible"],
        ["Fjordvik kommune", "2026", "3", "Skulen", "", "Always nynorsk"],
    ]


def test_a_year_that_is_none_is_wrong_usage(fjordvik: Cli) -> None:
    for year in ("26", "x", "99999999999999"):
        assert "is not a year from 2000 to 2100" in fjordvik.misused("ledger", "--year", year)
    assert fjordvik.refused("ledger", "--csv", "--json") == "Choose one of --csv and --json."
