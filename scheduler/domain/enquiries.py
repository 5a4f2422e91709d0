"""What a comment is to us: does it wait for an answer, does it join an enquiry or open one, and what settles an enquiry.

Knows comments as facts. Knows no clock, no rows and no platform. Source: design, "An Enquiry settles" and "Enquiry clock".
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from scheduler.domain.states import step


class Origin(StrEnum):
    """Where a Thread comes from."""

    OURS = "ours"  # a Publication of ours
    NATIVE = "native"  # written by our account on the platform itself
    MENTION = "mention"  # somebody else's post that names us
    VISITOR = "visitor"  # somebody else's post on our page
    BY_HAND = "by_hand"


class Kind(StrEnum):
    """How an enquiry came."""

    COMMENT = "comment"
    VISITOR_POST = "visitor_post"
    MENTION = "mention"
    BY_HAND = "by_hand"


class Visibility(StrEnum):
    """Whether the public sees a comment, as far as we know."""

    VISIBLE = "visible"
    HIDDEN = "hidden"
    DELETED = "deleted"


class State(StrEnum):
    """Where an Enquiry stands."""

    OPEN = "open"
    SETTLED = "settled"


class Settlement(StrEnum):
    """How an enquiry was settled."""

    ANSWERED = "answered"
    DISMISSED = "dismissed"
    HIDDEN = "hidden"
    DELETED = "deleted"  # the citizen took it away


class Action(StrEnum):
    """What is done to an Enquiry."""

    SETTLE = "settle"
    REOPEN = "reopen"


NEXT: dict[tuple[State, Action], State] = {
    (State.OPEN, Action.SETTLE): State.SETTLED,
    (State.SETTLED, Action.REOPEN): State.OPEN,
}


def advance(state: State, action: Action) -> State:
    """The state that `action` leads to; raises WrongState where the table has none."""
    return step(NEXT, state, action)


class Refusal(StrEnum):
    """Why something could not be done with an enquiry or a comment."""

    NOT_OPEN = "enquiry_not_open"
    NOT_SETTLED = "enquiry_not_settled"
    ASSIGNEE_UNKNOWN = "assignee_unknown"
    ASSIGNEE_MAY_NOT = "assignee_may_not_answer"
    CANNOT_HIDE = "cannot_hide"
    NOT_HIDDEN = "comment_not_hidden"
    NOT_VISIBLE = "comment_not_visible"
    HIDE_UNDER_WAY = "hide_under_way"
    REASON_MISSING = "hide_reason_missing"
    OWN_COMMENT = "own_comment"
    HAS_ENQUIRY = "comment_has_enquiry"
    COMMENT_GONE = "comment_gone"
    TEXT_MISSING = "enquiry_text_missing"
    TEXT_TOO_LONG = "enquiry_text_too_long"
    AUTHOR_TOO_LONG = "enquiry_author_too_long"
    ADDRESS_INVALID = "enquiry_address_invalid"
    WRITTEN_IN_FUTURE = "enquiry_written_in_future"
    WRITTEN_LONG_AGO = "enquiry_written_long_ago"
    LISTENS_ITSELF = "channel_listens_itself"


class Silent(StrEnum):
    """Why a comment waits for no answer by itself. One key makes it an enquiry all the same."""

    THANKS = "thanks"
    TAGS_ONLY = "tags_only"
    NO_WORDS = "no_words"


#: Words that are thanks by themselves, in nynorsk, bokmål and English. One of them at least must be there.
_SAYING = """
takk tusentakk takker takkar takksam takknemlig takknemleg thanks thank thx tnx cheers
flott supert super fint bra topp toppen perfekt perfect kjempebra kjempefint kjempeflott nydelig nydeleg herlig herleg
strålende strålande fantastisk knall kult great nice awesome lovely ok okay okei oki greit mottatt notert
"""
#: Words that stand beside them in bare thanks. Any other word is taken for something to answer: "ikke", "men", "ingenting", "når".
_BESIDE = """
tusen mange hjertelig hjarteleg stor så mye mykje mykke veldig svært for det den dette skal du dere de dykk deg meg oss ha da då
på forhånd førehand igjen til alle alt og jeg eg å vite vita veta høre høyre høyra god godt gode fin fine
rask raskt raske kjapp kjapt kjappe svar svaret hjelp hjelpen hjelpa info infoen informasjon informasjonen
tilbakemelding tilbakemeldingen tilbakemeldinga beskjed beskjeden orientering orienteringen orienteringa forklaring forklaringen
forklaringa opplysning opplysningen opplysninga oppklaring oppklaringen oppklaringa oppdatering oppdateringen oppdateringa
innsats innsatsen jobb jobben jobba jobbet
you your very much so a lot the it that good quick fast help answer reply update information job and
"""
_SAYS_THANKS, _BESIDE_THANKS = frozenset(_SAYING.split()), frozenset(_BESIDE.split())
#: What joins the names of those who are called upon.
_BETWEEN_TAGS = frozenset(["og", "and"])
#: A tag; of a person by name also the rest of the name, as far as no sign comes in between or after it.
_TAG = re.compile(
    r"(?<!\w)(?:@(?:[^\W\d_a-zæøå][^\W\d_]*(?:-[^\W\d_]+)*)(?: [^\W\d_a-zæøå][^\W\d_]+(?:-[^\W\d_]+)*){1,3}(?![\w!.:])|[@#][\w.@-]+)"
)
_ADDRESS = re.compile(r"https?://\S+")
_FACE = re.compile(r"<3+|(?<!\w)[:;=8xX]['’]?-?[DPpOo)(\]\[*|/]+(?!\w)")
_REGARDS = re.compile(
    r"(?i:(?:med )?(?:venn?lig )?(?:hilsen|helsing|mvh|klem(?: fra| frå)?))[ ,\n]+[^\W\d_a-zæøå]\w*(?: [^\W\d_a-zæøå]\w*)?\s*$"
)
_WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
_QUESTION = frozenset("?？؟¿❓❔⁉")
_LONGEST_THANKS = 12
#: So much of a comment is read; whoever writes more has something to say.
_READ = 4_000


def silence(text: str, *, our_names: Iterable[str] = ()) -> Silent | None:
    """Why this text starts no clock; None where it does. A question mark, a figure, an address or one word more than thanks starts it.

    `our_names`: what we are called there, so that what follows a tag of us is never taken for the rest of a name.
    """
    read = unicodedata.normalize("NFC", text[:_READ])
    for name in sorted((name for name in our_names if name), key=len, reverse=True):
        read = re.sub(rf"(?<!\w)@{re.escape(name)}(?!\w)", "@_ ,", read, flags=re.IGNORECASE)
    if len(text) > _READ or not _QUESTION.isdisjoint(read) or _ADDRESS.search(read):
        return None
    without_tags = _TAG.sub(" ", _FACE.sub(" ", read))
    if any(sign.isdigit() for sign in without_tags):
        return None
    words = {word.casefold() for word in _WORD.findall(without_tags)}
    if not words or words <= _BETWEEN_TAGS:
        tagged = _TAG.search(read) is not None
        return Silent.TAGS_ONLY if tagged else Silent.NO_WORDS if not words else None
    return Silent.THANKS if _are_thanks(_WORD.findall(_REGARDS.sub(" ", without_tags))) else None


def _are_thanks(said: Sequence[str]) -> bool:
    words = {word.casefold() for word in said}
    return (
        len(said) <= _LONGEST_THANKS and not words.isdisjoint(_SAYS_THANKS) and words <= _SAYS_THANKS | _BESIDE_THANKS
    )


@dataclass(frozen=True, kw_only=True)
class Fact:
    """A citizen's comment in an enquiry. `clock_at`: when its clock started; the rest: when it was answered, dismissed, hidden, taken away."""

    comment_id: int
    clock_at: datetime
    answered_at: datetime | None = None
    dismissed_at: datetime | None = None
    hidden_at: datetime | None = None
    gone_at: datetime | None = None

    @property
    def ended_at(self) -> datetime | None:
        """When the citizen's waiting came to its end; None: it lasts."""
        ends = (self.answered_at, self.dismissed_at, self.hidden_at, self.gone_at)
        return min((each for each in ends if each is not None), default=None)

    @property
    def waits(self) -> bool:
        """Whether somebody still waits for us here."""
        return self.ended_at is None


def settlement(facts: Sequence[Fact]) -> Settlement | None:
    """How an enquiry of these comments is settled: None while any of them waits."""
    if any(fact.waits for fact in facts):
        return None
    if any(fact.answered_at is not None for fact in facts):
        return Settlement.ANSWERED
    if any(fact.hidden_at is not None for fact in facts):
        return Settlement.HIDDEN
    if any(fact.dismissed_at is not None for fact in facts):
        return Settlement.DISMISSED
    return Settlement.DELETED


def settled_at(facts: Iterable[Fact]) -> datetime | None:
    """When the last of the waiting came to its end; None where there is nothing."""
    return max((fact.ended_at for fact in facts if fact.ended_at is not None), default=None)


def first_waiting(facts: Iterable[Fact]) -> Fact | None:
    """The comment the enquiry's clock runs from: the first that still waits."""
    return min((fact for fact in facts if fact.waits), key=lambda fact: (fact.clock_at, fact.comment_id), default=None)


def joins(*, author_id: str | None, open_author_id: str | None) -> bool:
    """Whether a comment joins an open enquiry in the same thread: only the same, known person's. Without an author id it stands alone."""
    return author_id is not None and author_id == open_author_id
