"""`ordskifte plan`, `ordskifte deliver`: the bells rung once by hand, for those who run them from a timer of their own.

And `ordskifte move`, `ordskifte why`: what the calendar's dialog does and says, by the same functions.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

from sqlmodel import Session

from ordskifte.cli import frame
from scheduler.domain.calendar import WallTime, local, resolve
from scheduler.domain.excuses import Excuse, fitting
from scheduler.domain.reasons import Because, Placement
from scheduler.domain.rules import Refusal
from scheduler.errors import Missing, Refused
from scheduler.queries.municipalities import MunicipalityView
from scheduler.services import delivering, looking_up, minting, planning
from scheduler.services.delivering import Senders
from scheduler.store import publications, slots
from scheduler.store.database import Database
from web import wording

_Answer = TypeVar("_Answer")


def add_to(commands: frame.Commands) -> None:
    frame.command(commands, "plan", plan, help_text="place what is approved and has no slot", of_one=False)
    frame.command(commands, "deliver", deliver, help_text="send what is due now, then stop")
    moving = frame.command(commands, "move", move, help_text="give a publication another time", of_one=False)
    moving.add_argument("publication", type=frame.row_id, metavar="PUBLICATION", help="its id, as the queue shows it")
    moving.add_argument(
        "--at",
        type=_moment,
        required=True,
        metavar="ISO",
        help="2026-11-24T14:30; on the municipality's clock, unless it names another",
    )
    moving.add_argument(
        "--reason",
        type=Excuse,
        choices=fitting(frozenset(Refusal)),
        help="set the rules that stand in the way aside, for this",
    )
    telling = frame.command(commands, "why", why, help_text="why a publication goes out when it does", of_one=False)
    telling.add_argument("publication", type=frame.row_id, metavar="PUBLICATION", help="its id, as the queue shows it")


def plan(given: argparse.Namespace) -> int:
    with frame.parts(given) as p:
        ids = [town.id for town in frame.chosen(p.db, given.municipality)]
        done = planning.plan_all(p.db, ids, now=p.clock())
        answer = {"placed": done.placed, "moved": done.moved, "unplaced": done.unplaced}
        return frame.show_row(answer, as_json=given.as_json)


def deliver(given: argparse.Namespace) -> int:
    with frame.parts(given) as p:
        swept = looking_up.sweep(p.db, now=p.clock())
        looked = looking_up.look_up_due(p.db, gate=p.gate)
        lapsed = delivering.lapse_due(p.db, now=p.clock())
        minted = minting.mint_due(p.db, now=p.clock())
        senders = Senders(p.db, gate=p.gate, owner=f"cli:{os.getpid()}", threads=p.settings.sender_threads)
        try:
            sends = senders.deliver_all()
        finally:
            senders.stop()
        answer = {"swept": swept, "looked_up": looked, "lapsed": lapsed, "minted": minted, "sends": sends}
        return frame.show_row(answer, as_json=given.as_json)


def move(given: argparse.Namespace) -> int:
    with frame.parts(given) as p:
        now = p.clock()

        def do(town: MunicipalityView) -> frame.Row:
            asked = None if given.at.tzinfo else resolve(given.at, town.zone)
            at = asked.at if asked else given.at
            try:
                with p.db.begin(town.id) as session:
                    placed = planning.move(session, None, given.publication, wanted_at=at, now=now, excuse=given.reason)
            except Refused as refused:
                raise frame.CannotDo(_cannot(refused, town.zone)) from None
            settled = wording.words(asked.kind) if asked and asked.kind is not WallTime.PLAIN else None
            return {
                "id": given.publication,
                "starts_at": placed.starts_at,
                "language": placed.language,
                **({"clock": settled} if settled else {}),
            }

        return frame.show_row(_of_its_town(p.db, given, do), as_json=given.as_json)


def why(given: argparse.Namespace) -> int:
    with frame.parts(given) as p:

        def read(town: MunicipalityView) -> frame.Row:
            with p.db.read(town.id) as session:
                return _account(session, given.publication)

        return frame.show_row(_of_its_town(p.db, given, read), as_json=given.as_json)


def _of_its_town(db: Database, given: argparse.Namespace, answer: Callable[[MunicipalityView], _Answer]) -> _Answer:
    """The answer of the municipality that has the publication. Raises Missing where none has."""
    for town in frame.chosen(db, given.municipality):
        try:
            return answer(town)
        except Missing:
            continue
    raise Missing("publication", given.publication)


def _account(session: Session, publication_id: int) -> frame.Row:
    row = publications.get(session, publication_id)
    slot = slots.of_publication(session, publication_id)
    return {
        "id": publication_id,
        "state": row.state,
        "starts_at": slot.starts_at if slot else None,
        "chosen": row.chosen_at is not None,
        "problem": row.problem_code,
        "because": [_line(each) for each in row.because],
    }


def _line(kept: Mapping[str, Any]) -> dict[str, object]:
    code = kept["code"]
    known = Because(code) if code in set(Because) else Refusal(code)
    told = dict(kept["params"])
    if "rule" in told:
        told["rule"] = wording.words(Refusal(told["rule"]))
    if told.get("reason") in set(Excuse):
        told["reason"] = wording.words(Excuse(told["reason"]))
    return {"code": code, **kept["params"], "words": wording.words(known, **told)}


def _cannot(refused: Refused, zone: str) -> str:
    """Each rule that refuses, the nearest times that none refuses, and the reasons that would do."""
    said = [" ".join(wording.words(code) for code in refused.codes)]
    nearest = [each for each in _listed(refused, "nearest") if isinstance(each, Placement)]
    if nearest:
        times = ", ".join(local(each.starts_at, zone).isoformat(timespec="minutes") for each in nearest)
        said.append(f"The nearest times that keep the rules: {times}.")
    excuses = [each.value for each in _listed(refused, "excuses") if isinstance(each, Excuse)]
    if excuses:
        said.append(f"To do it all the same, add --reason with one of: {', '.join(excuses)}.")
    return "\n".join(said)


def _listed(refused: Refused, name: str) -> Sequence[object]:
    found = refused.params.get(name)
    return found if isinstance(found, list | tuple) else ()


def _moment(told: str) -> datetime:
    try:
        at = datetime.fromisoformat(told)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{told[:40]!r} is not a time such as 2026-11-24T14:30") from None
    if not 2000 <= at.year <= 9000:
        raise argparse.ArgumentTypeError(f"{told[:40]!r} is too far off")
    return at
