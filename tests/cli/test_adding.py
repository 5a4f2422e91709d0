"""`municipality|unit|person|channel add|list`: each answers the new row, and the lists hold what was added."""

from __future__ import annotations

from pathlib import Path

from scheduler.domain.access import Role
from scheduler.services import signing_in
from scheduler.store import people, rows
from scheduler.store.database import Database
from scheduler.store.tables import AuditEvent, Channel
from tests import build
from tests.cli.conftest import Cli
from tests.connectors.server import Answer, Server

PASSWORD = "en lang og fin setning"


def test_a_municipality_is_added_with_a_slug_made_from_its_name(each_cli: Cli) -> None:
    added = each_cli.row("municipality", "add", "--name", "  Bømlo   kommune ")
    assert added == {"id": added["id"], "name": "Bømlo kommune", "slug": "bomlo", "language": "nb", "host": None}
    other = each_cli.row(
        "municipality", "add", "--name", "Lia", "--slug", "lia-i-fjordvik", "--language", "nn", "--host", "Lia.example"
    )
    assert (other["slug"], other["language"], other["host"]) == ("lia-i-fjordvik", "nn", "lia.example")
    assert each_cli.row("municipality", "list") == [added, other]


def test_a_unit_and_a_person_are_added_by_slug_or_by_id(each_cli: Cli) -> None:
    town = each_cli.row("municipality", "add", "--name", "Fjordvik kommune")["id"]
    unit = each_cli.row("unit", "add", "--municipality", town, "--name", "Lia skule")
    assert unit == {"id": unit["id"], "municipality": "fjordvik", "name": "Lia skule"}
    person = each_cli.row(
        *("person", "add", "--municipality", "fjordvik", "--name", "Kari Vik", "--email", "Kari@Fjordvik.example"),
        *("--role", "leader", "--unit", unit["id"]),
    )
    assert person == {
        "id": person["id"],
        "municipality": "fjordvik",
        "name": "Kari Vik",
        "email": "kari@fjordvik.example",
        "role": "leader",
        "unit": unit["id"],
        "can_sign_in": False,
    }
    (listed,) = each_cli.row("person", "list", "--municipality", "fjordvik")
    assert (listed["email"], listed["roles"], listed["active"]) == (person["email"], [f"leader:{unit['id']}"], True)
    assert each_cli.row("unit", "list") == [unit]


def test_a_list_without_a_municipality_is_of_all_and_with_one_of_that_one(fjordvik: Cli) -> None:
    fjordvik.row("municipality", "add", "--name", "Lia kommune")
    for town in ("fjordvik", "lia"):
        fjordvik.row("unit", "add", "--municipality", town, "--name", "Biblioteket")
    assert [row["municipality"] for row in fjordvik.row("unit", "list")] == ["fjordvik", "lia"]
    assert [row["municipality"] for row in fjordvik.row("unit", "list", "--municipality", "lia")] == ["lia"]


def test_a_number_names_an_id_before_a_slug(cli: Cli) -> None:
    first = cli.row("municipality", "add", "--name", "Fjordvik kommune")["id"]
    second = cli.row("municipality", "add", "--name", "Lia kommune", "--slug", first)
    assert second["slug"] == str(first)
    assert cli.row("unit", "add", "--municipality", first, "--name", "Skolen")["municipality"] == "fjordvik"


def test_every_role_can_be_given(fjordvik: Cli) -> None:
    unit = fjordvik.row("unit", "add", "--municipality", "fjordvik", "--name", "Skolen")["id"]
    for role in Role:
        where = ("--unit", unit) if role is Role.LEADER else ()
        words = ("person", "add", "--municipality", "fjordvik", "--name", "Ola", "--email", f"{role}@fjordvik.example")
        assert fjordvik.row(*words, "--role", role.value, *where)["role"] == role.value


def test_a_password_comes_from_a_file_or_from_standard_input_and_is_never_shown(
    fjordvik: Cli, tmp_path: Path, sqlite_url: str
) -> None:
    file = tmp_path / "password"
    file.write_text(PASSWORD + "\n")
    words = ("person", "add", "--municipality", "fjordvik", "--role", "author", "--json", "--name", "Ola")
    first = fjordvik(*words, "--email", "ola@fjordvik.example", "--password-file", file)
    second = fjordvik(*words, "--email", "per@fjordvik.example", "--password-file", "-", stdin=PASSWORD + "\n")
    for answer in (first, second):
        assert answer.document["can_sign_in"] is True
        assert PASSWORD not in answer.out + answer.err
    other = PASSWORD + ", en annen"
    changed = fjordvik(
        *("person", "password", "--municipality", "fjordvik", "--json", first.document["id"], "--password-file", "-"),
        stdin=other,
    )
    assert (changed.status, changed.document["done"]) == (0, True)
    db = Database(sqlite_url)
    with db.read(1) as session:
        ola, per = (people.get(session, answer.document["id"]) for answer in (first, second))
        assert signing_in.verify(ola.password_hash, other)
        assert signing_in.verify(per.password_hash, PASSWORD)
        assert PASSWORD not in str([event.detail for event in rows.every(session, AuditEvent)])
    db.close()


def test_a_practice_channel_is_connected_at_once(fjordvik: Cli) -> None:
    added = fjordvik.row("channel", "add", "--municipality", "fjordvik", "--platform", "practice", "--name", "Øving")
    assert added == {
        "id": added["id"],
        "municipality": "fjordvik",
        "platform": "practice",
        "name": "Øving",
        "unit": None,
        "answers": True,
        "problem": None,
    }
    (listed,) = fjordvik.row("channel", "list")
    assert (listed["health"], listed["platform"]) == ("well", "practice")
    assert fjordvik.row("channel", "check", "--municipality", "fjordvik", added["id"])["answers"] is True


def test_a_manual_channel_is_named_after_its_network(fjordvik: Cli) -> None:
    added = fjordvik.row("channel", "add", "--municipality", "fjordvik", "--platform", "manual", "--name", "Facebook")
    assert added["answers"] is True


def test_a_units_channel_may_keep_to_one_language_and_ask_for_approval(fjordvik: Cli, sqlite_url: str) -> None:
    unit = fjordvik.row("unit", "add", "--municipality", "fjordvik", "--name", "Skulen")["id"]
    added = fjordvik.row(
        *("channel", "add", "--municipality", "fjordvik", "--platform", "practice", "--name", "Skulen"),
        *("--unit", unit, "--language", "nn", "--needs-approval"),
    )
    db = Database(sqlite_url)
    with db.read(1) as session:
        row = rows.get(session, Channel, added["id"])
        assert (row.unit_id, row.language, row.needs_approval) == (unit, "nn", True)
    db.close()


def test_a_channels_secret_is_read_from_a_file_and_kept_sealed(
    fjordvik: Cli, site: Server, tmp_path: Path, sqlite_url: str
) -> None:
    token = tmp_path / "token"
    token.write_text("a-secret-token\n")
    site.answers["/api/v1/accounts/verify_credentials"] = Answer(status=401)
    words = ("channel", "add", "--municipality", "fjordvik", "--platform", "mastodon", "--set", f"server={site.url}")
    added = fjordvik(*words, "--name", "Mastodon", "--set", f"access_token=@{token}", "--json")
    assert added.status == 0
    assert (added.document["answers"], added.sentence[:21]) == (False, "Added, but not ready:")
    assert site.seen[0].headers["authorization"] == "Bearer a-secret-token"
    assert "a-secret-token" not in added.out + added.err
    checked = fjordvik("channel", "check", "--municipality", "fjordvik", added.document["id"], "--json")
    assert (checked.status, checked.document["answers"]) == (1, False)
    assert checked.sentence
    assert fjordvik.row("channel", "list")[0]["health"] == "paused"
    db = Database(sqlite_url)
    with db.read(1) as session:
        kept = rows.get(session, Channel, added.document["id"]).sealed_credentials
    db.close()
    assert kept
    assert "a-secret-token" not in kept


def test_an_empty_list_says_what_to_do_on_standard_error(cli: Cli) -> None:
    for noun in ("municipality", "unit", "person", "channel", "feed", "queue"):
        words = (noun,) if noun == "queue" else (noun, "list")
        plain, document = cli(*words), cli(*words, "--json")
        assert (plain.status, plain.out, document.status, document.document) == (0, "", 0, [])
        assert plain.sentence


def test_a_list_for_people_is_a_table_with_a_heading(fjordvik: Cli) -> None:
    fjordvik.row("unit", "add", "--municipality", "fjordvik", "--name", "Lia skule")
    heading, line = fjordvik("unit", "list").out.splitlines()
    assert heading.split() == ["id", "municipality", "name"]
    assert line.split(maxsplit=2)[1:] == ["fjordvik", "Lia skule"]


def test_another_database_is_named_on_the_command_line(cli: Cli, postgres_url: str) -> None:
    plain = postgres_url.replace("postgresql+psycopg://", "postgresql://")
    cli.row("municipality", "add", "--name", "Lia kommune", "--database-url", plain)
    assert [row["slug"] for row in cli.row("municipality", "list", "--database-url", plain)] == ["lia"]
    assert cli.row("municipality", "list") == []


def test_the_operators_deeds_are_in_the_history_without_a_person(fjordvik: Cli, sqlite_url: str) -> None:
    fjordvik.row("unit", "add", "--municipality", "fjordvik", "--name", "Skolen")
    db = Database(sqlite_url)
    with db.read(1) as session:
        (event,) = rows.every(session, AuditEvent)
        assert (event.subject, event.action, event.person_id) == ("unit", "add", None)
        assert event.at > build.NOW
    db.close()
