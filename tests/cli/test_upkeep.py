"""`upgrade`, `doctor`, `backup`, `restore`: what an operator does to keep it well."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text

import migrations
from scheduler.clock import Clock
from scheduler.domain.delivery import Kind
from scheduler.services import watching
from scheduler.store import deliveries
from scheduler.store.database import Database
from scheduler.store.tables import DeliveryContent
from tests import build
from tests.cli.conftest import SECRET, Cli


def _beat(url: str) -> None:
    db = Database(url)
    watching.beat(db, worker="the tests", now=Clock()())
    db.close()


def test_upgrade_makes_the_schema_and_says_which(bare: Cli) -> None:
    assert bare.row("upgrade") == {"schema": migrations.head()}
    assert bare.row("upgrade") == {"schema": migrations.head()}
    assert bare.row("municipality", "list") == []


def test_upgrade_reaches_postgresql_too(bare: Cli, empty_postgres_url: str) -> None:
    assert bare.row("upgrade", "--database-url", empty_postgres_url) == {"schema": migrations.head()}


def test_a_database_of_a_newer_version_is_left_alone(cli: Cli) -> None:
    db = Database(cli.url)
    with db.operate() as session:
        session.connection().execute(text("UPDATE alembic_version SET version_num = '9999'"))
    db.close()
    assert "schema is 9999, which this version of Ordskifte does not know" in cli.refused("upgrade")
    (trouble,) = cli("doctor", "--json").document
    assert trouble["what"] == "schema"
    assert "9999" in cli.refused("web")


def test_the_doctor_says_what_is_wrong_and_what_to_do(bare: Cli) -> None:
    for what, deed in (("database", "ordskifte upgrade"), ("worker", "ordskifte worker")):
        answer = bare("doctor", "--json")
        assert answer.status == 1
        (trouble,) = answer.document
        assert trouble["what"] == what
        assert deed in trouble["do"]
        assert bare("doctor").status == 1
        bare.row("upgrade")


def test_the_doctor_finds_nothing_where_all_is_well(each_cli: Cli) -> None:
    _beat(each_cli.url)
    answer = each_cli("doctor", "--json")
    assert (answer.status, answer.document) == (0, [])
    each_cli.set(mail_server="practice:")
    assert each_cli("doctor").sentence == "All is well."


def test_the_doctor_mentions_that_mail_is_off_and_counts_it_as_no_fault(fjordvik: Cli) -> None:
    _beat(fjordvik.url)
    answer = fjordvik("doctor")
    assert answer.status == 0
    assert answer.sentence.startswith("All is well. Mail is off:")


def test_the_doctor_names_a_channel_that_waits_for_a_person(fjordvik: Cli) -> None:
    _beat(fjordvik.url)
    added = fjordvik.row("channel", "add", "--municipality", "fjordvik", "--platform", "practice", "--name", "Øving")
    db = Database(fjordvik.url)
    with db.begin(1) as session:
        session.connection().execute(text(f"UPDATE channel SET paused_code = 'by_hand' WHERE id = {added['id']}"))
    db.close()
    (trouble,) = fjordvik("doctor", "--json").document
    assert (trouble["what"], trouble["trouble"]) == ("fjordvik: Øving", "paused (by_hand)")


def test_the_doctor_names_a_channel_whose_comments_do_not_come(fjordvik: Cli) -> None:
    _beat(fjordvik.url)
    words = ("channel", "add", "--municipality", "fjordvik", "--platform", "practice", "--name", "Øving")
    channel = fjordvik.row(*words)["id"]
    fjordvik.row("channel", "check", "--municipality", "fjordvik", channel)
    assert fjordvik.row("doctor") == []
    db = Database(fjordvik.url)
    with db.begin(1) as session:
        session.connection().execute(text("UPDATE listening SET failures = 3, error_code = 'server_error'"))
    db.close()
    (trouble,) = fjordvik("doctor", "--json").document
    assert (trouble["what"], trouble["trouble"]) == ("fjordvik: Øving", "no comments collected ever (server_error)")
    assert trouble["do"] == f"ordskifte collect --channel {channel}"


def test_the_doctor_names_letters_that_the_mail_server_does_not_take(fjordvik: Cli) -> None:
    _beat(fjordvik.url)
    db = Database(fjordvik.url)
    with db.begin(1) as session:
        content = DeliveryContent(municipality_id=1, delivery_id=0, text="To venter.", answer_code="mail_login_refused")
        deliveries.mint(
            session, kind=Kind.MAIL, lane=None, channel_id=None, content=content, now=build.NOW, person_id=None
        )
    db.close()
    (trouble,) = fjordvik("doctor", "--json").document
    assert trouble["what"] == "fjordvik: mail"
    assert trouble["trouble"].startswith("1 not taken since ")
    assert "mail_login_refused" in trouble["trouble"]
    assert "ORDSKIFTE_MAIL_SERVER" in trouble["do"]


def test_the_doctor_names_a_municipality_where_nobody_is_left_to_answer(fjordvik: Cli) -> None:
    _beat(fjordvik.url)
    db = Database(fjordvik.url)
    with db.begin(1) as session:
        thread = build.thread(session, channel_id=build.channel(session, paused_code=None).pk)
        build.enquiry(session, build.comment(session, thread))
    db.close()
    (trouble,) = fjordvik("doctor", "--json").document
    assert trouble["what"] == "fjordvik: enquiries"
    fjordvik.row(
        "person",
        "add",
        "--municipality",
        "fjordvik",
        "--name",
        "Kari",
        "--email",
        "kari@fjordvik.example",
        "--role",
        "chief",
    )
    assert fjordvik("doctor", "--json").document == []


def test_the_doctor_answers_when_the_database_does_not(bare: Cli) -> None:
    answer = bare("doctor", "--json", "--database-url", "postgresql://kari:hemmelig@127.0.0.1:1/ordskifte")
    assert answer.status == 1
    assert answer.document[0]["what"] == "database"
    assert "hemmelig" not in answer.out + answer.err


def test_a_backup_is_whole_and_comes_back(fjordvik: Cli, tmp_path: Path) -> None:
    file = tmp_path / "backup.db"
    made = fjordvik.row("backup", file)
    assert made == {"file": str(file), "bytes": file.stat().st_size}
    fjordvik.row("municipality", "add", "--name", "Etter kommune")
    assert fjordvik.row("restore", file)["schema"] == migrations.head()
    assert [row["slug"] for row in fjordvik.row("municipality", "list")] == ["fjordvik"]


def test_a_backup_comes_back_on_a_new_machine(fjordvik: Cli, tmp_path: Path) -> None:
    file = tmp_path / "backup.db"
    fjordvik.row("backup", file)
    fresh = f"sqlite:///{tmp_path / 'fresh.db'}"
    fjordvik.row("restore", file, "--database-url", fresh)
    assert [row["slug"] for row in fjordvik.row("municipality", "list", "--database-url", fresh)] == ["fjordvik"]


def test_a_backup_of_an_older_version_asks_for_an_upgrade(fjordvik: Cli, tmp_path: Path) -> None:
    file = tmp_path / "backup.db"
    fjordvik.row("backup", file)
    migrations.downgrade(f"sqlite:///{file}", "0007")
    restored = fjordvik("restore", file, "--json")
    assert restored.document["schema"] == "0007"
    assert "Run: ordskifte upgrade" in restored.sentence


def test_a_backup_is_taken_while_somebody_writes(fjordvik: Cli, tmp_path: Path) -> None:
    db = Database(fjordvik.url)
    with db.operate() as session:
        session.connection().execute(text("UPDATE municipality SET name = 'Under arbeid'"))
        fjordvik.row("backup", tmp_path / "backup.db")
    db.close()
    fjordvik.row("restore", tmp_path / "backup.db")
    assert fjordvik.row("municipality", "list")[0]["name"] == "Fjordvik kommune"


def test_nothing_is_overwritten_by_a_backup_or_by_what_is_none(fjordvik: Cli, tmp_path: Path) -> None:
    there = tmp_path / "there"
    there.write_text("something else")
    assert "is there already" in fjordvik.refused("backup", there)
    assert "cannot be written" in fjordvik.refused("backup", tmp_path / "no such folder" / "backup.db")
    for wrong in (there, tmp_path / "nothing", tmp_path):
        assert "is not a backup of Ordskifte" in fjordvik.refused("restore", wrong)
    assert there.read_text() == "something else"
    assert len(fjordvik.row("municipality", "list")) == 1


def test_a_database_that_is_not_there_is_not_backed_up(bare: Cli, tmp_path: Path) -> None:
    assert "There is no database" in bare.refused("backup", tmp_path / "backup.db")
    assert not (tmp_path / "backup.db").exists()


def test_nothing_is_put_back_under_a_running_worker(fjordvik: Cli, tmp_path: Path) -> None:
    fjordvik.row("backup", tmp_path / "backup.db")
    _beat(fjordvik.url)
    assert "worker is running" in fjordvik.refused("restore", tmp_path / "backup.db")


@pytest.mark.parametrize(("command", "tool"), [("backup", "pg_dump"), ("restore", "pg_restore")])
def test_postgresql_is_kept_by_its_own_tools(bare: Cli, postgres_url: str, command: str, tool: str) -> None:
    bare.set(database_url=postgres_url, secret_key=SECRET)
    assert tool in bare.refused(command, "backup.db")


def test_looking_makes_no_database_where_there_is_none(bare: Cli, tmp_path: Path) -> None:
    assert "upgrade" in bare.refused("queue")
    assert [each["what"] for each in bare("doctor", "--json").document] == ["database"]
    assert list(tmp_path.iterdir()) == []


def test_a_new_database_is_for_its_owner_alone(bare: Cli, tmp_path: Path) -> None:
    bare.row("upgrade")
    assert (tmp_path / "ordskifte.db").stat().st_mode & 0o077 == 0
