"""`ordskifte plan`, `ordskifte deliver`: the bells rung once by hand, for those who run them from a timer of their own."""

from __future__ import annotations

import argparse
import os

from ordskifte.cli import frame
from scheduler.services import delivering, looking_up, minting, planning
from scheduler.services.delivering import Senders


def add_to(commands: frame.Commands) -> None:
    frame.command(commands, "plan", plan, help_text="place what is approved and has no slot", of_one=False)
    frame.command(commands, "deliver", deliver, help_text="send what is due now, then stop")


def plan(given: argparse.Namespace) -> int:
    with frame.parts(given) as p:
        ids = [town.id for town in frame.chosen(p.db, given.municipality)]
        placed = planning.plan_due(p.db, ids, now=p.clock())
        return frame.show_row({"placed": placed}, as_json=given.as_json)


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
