"""What citizens say under the sample's posts, and what becomes of it: played on the practice network at moments gone by.

Every word goes in as a citizen's does and comes to us as any does: by collecting. The service desk answers, late once; reminders are sent.
What still waits is either so new that its reminder lies ahead, or so old that everybody has been told.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from sqlmodel import col

from scheduler.domain.access import Actor
from scheduler.domain.calendar import local, resolve
from scheduler.domain.enquiries import State
from scheduler.domain.sla import STEPS, by_day
from scheduler.services import answering, collecting, playing, reminding, triage
from scheduler.services.delivering import Senders
from scheduler.services.gate import Gate
from scheduler.services.playing import Voice
from scheduler.store import rows
from scheduler.store.database import Database
from scheduler.store.tables import Enquiry

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


class Moves(Protocol):
    """A clock's source that stands where it is put."""

    at: datetime


@dataclass(frozen=True, kw_only=True)
class Said:
    """A comment, `after` the post came out. `answer`: what the service desk answers, and how long after the comment."""

    after: timedelta
    name: str
    text: str
    answer: str = ""
    answered_after: timedelta = timedelta(0)


#: Under the sample's first post, in bokmål, and its second, in nynorsk.
UNDER_THE_FIRST = (
    Said(
        after=50 * MINUTE,
        name="Amina Yusuf",
        text="Så fint! Er det mulig å komme ned til brygga med rullestol?",
        answer="Hei, Amina! Ja, det er fast dekke helt fra parkeringsplassen og ut på brygga. God tur!",
        answered_after=80 * MINUTE,
    ),
    Said(after=80 * MINUTE, name="Torstein Bakke", text="👏👏👏"),
    Said(after=3 * HOUR, name="Amina Yusuf", text="Tusen takk! 😊"),
    Said(
        after=4 * HOUR,
        name="Jørgen Lie",
        text="Hvorfor er det ingen søppelkasser der? Det ligger allerede engangsgriller over hele stranda.",
        answer="Hei, Jørgen! Beklager at du måtte vente på svar. Vi setter ut to søppelkasser denne uka, og de blir tømt hver dag.",
        answered_after=26 * HOUR + 20 * MINUTE,
    ),
)
UNDER_THE_SECOND = (
    Said(
        after=HOUR,
        name="Marit Sæter",
        text="Gjeld dei nye tidene i skuleferiane òg?",
        answer="Hei, Marit! Ja, dei nye opningstidene gjeld heile året, utanom heilagdagane. Velkomen innom!",
        answered_after=2 * HOUR,
    ),
    Said(after=90 * MINUTE, name="Gunnhild Moe", text="@Solveig @Torstein ❤️"),
    Said(after=4 * HOUR, name="Marit Sæter", text="Takk for raskt svar!"),
)
THE_SCHOOLS_POST = "Fredag er heile skulen på uteskule i Lia. Hugs varme klede, niste og drikke på termos!"


@dataclass(kw_only=True)
class Talk:
    """The story so far. `then`: the clock it is played by; `desk`: who answers; `due`: what is to happen, and when."""

    db: Database
    gate: Gate
    then: Moves
    town_id: int
    channels: Mapping[str, int]
    desk: Actor
    senders: Senders
    due: list[tuple[datetime, str, Callable[[], None]]] = field(default_factory=list)

    def at(self, moment: datetime, deed: Callable[[], None], *, where: str = "town") -> None:
        """Let this happen then, in that channel."""
        self.due.append((moment, where, deed))

    def play_until(self, moment: datetime) -> None:
        """Let all happen that is to happen by then, in order, each with what follows from it."""
        self.due.sort(key=lambda each: each[0])
        while self.due and self.due[0][0] <= moment:
            self.then.at, where, deed = self.due.pop(0)
            deed()
            self._follow(where)
        self.then.at = moment

    def under(self, post_id: str, lines: tuple[Said, ...], *, published_at: datetime) -> None:
        """People talk under a post that came out at `published_at`, and are answered."""
        for each in lines:
            at = published_at + each.after
            self.at(at, self._says(post_id, each.name, each.text))
            if each.answer:
                self.at(at + each.answered_after, self._answers(each.name, each.answer))
            if each.answered_after > max(STEPS.values()):
                self._reminders(at)

    def at_the_school(self, *, now: datetime) -> None:
        """The school writes on the network itself, past us. A parent's question under it has waited too long; everybody has been told."""
        noon = local(now - timedelta(days=3)).replace(hour=12, minute=5, second=0, microsecond=0, tzinfo=None)
        said: list[str] = []

        def writes() -> None:
            with self.db.read(self.town_id) as session:
                said.append(
                    playing.post_natively(
                        session,
                        None,
                        channel_id=self.channels["school"],
                        text=THE_SCHOOLS_POST,
                        house=self.gate.house,
                        now=self.then.at,
                    )
                )

        def asks() -> None:
            self._says(
                said[0],
                "Gunnhild Moe",
                "Kven har ansvaret for dei som går heim åleine etterpå? Eg har ikkje fått noka melding.",
            )()

        self.at(resolve(noon).at, writes, where="school")
        self.at(now - 36 * HOUR, asks, where="school")
        self._reminders(now - 36 * HOUR)

    def lately(self, post_id: str, *, now: datetime) -> None:
        """What waits as the demo begins: a question that the desk has taken, an angry citizen, and one from a network we cannot read."""
        angry = "Solveig Haugland"
        self.at(
            now - 130 * MINUTE,
            self._says(
                post_id,
                "Torstein Bakke",
                "Vi flytter til kommunen i mars. Kan vi søke nå, eller må vi ha meldt flytting først?",
            ),
        )
        self.at(now - 2 * HOUR, lambda: self._takes("Torstein Bakke"))
        self.at(now - 90 * MINUTE, self._enters)
        self.at(
            now - 45 * MINUTE,
            self._says(
                post_id,
                angry,
                "No har eg venta i fem veker på svar om barnehageplass til dottera mi, og ingen tek telefonen! "
                "Er det slik de vil ha det i Fjordvik?",
            ),
        )
        self.at(now - 35 * MINUTE, self._says(post_id, angry, "Eg skal på jobb måndag. Kven skal passe ungen då?"))
        self.at(now - 20 * MINUTE, self._says(post_id, "Amina Yusuf", "❤️"))

    def _says(self, post_id: str, name: str, text: str) -> Callable[[], None]:
        def say() -> None:
            with self.db.read(self.town_id) as session:
                playing.write(
                    session,
                    None,
                    post_id=post_id,
                    text=text,
                    by=Voice.OWN_NAME,
                    name=name,
                    house=self.gate.house,
                    now=self.then.at,
                )

        return say

    def _answers(self, name: str, text: str) -> Callable[[], None]:
        def answer() -> None:
            with self.db.begin(self.town_id) as session:
                waiting = rows.every(
                    session, Enquiry, col(Enquiry.author_name) == name, col(Enquiry.state) == State.OPEN
                )
                for each in waiting:
                    triage.assign(session, self.desk, each.pk, person_id=self.desk.person_id, now=self.then.at)
                    answering.reply(
                        session, self.desk, each.pk, text=text, revision=each.revision, sign=True, now=self.then.at
                    )

        return answer

    def _takes(self, name: str) -> None:
        with self.db.begin(self.town_id) as session:
            for each in rows.every(
                session, Enquiry, col(Enquiry.author_name) == name, col(Enquiry.state) == State.OPEN
            ):
                triage.assign(session, self.desk, each.pk, person_id=self.desk.person_id, now=self.then.at)

    def _enters(self) -> None:
        with self.db.begin(self.town_id) as session:
            collecting.enter_by_hand(
                session,
                self.desk,
                channel_id=self.channels["manual"],
                author_name="Per Arne Holm",
                text="Hei! Når åpner Storgata igjen? Bussen kjører fortsatt omvei.",
                written_at=self.then.at,
                url="https://www.facebook.com/example/posts/4",
                thread_text="Biblioteket held ope lenger om kvelden",
                now=self.then.at,
            )

    def _reminders(self, started_at: datetime) -> None:
        for after in STEPS.values():
            self.at(by_day(started_at + after), lambda: None)

    def _follow(self, where: str) -> None:
        """What the bells do: collect, remind, send."""
        collecting.collect(self.db, municipality_id=self.town_id, channel_id=self.channels[where], gate=self.gate)
        reminding.remind_due(self.db, gate=self.gate)
        self.senders.deliver_all()
