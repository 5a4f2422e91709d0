"""The forms about channels: adding, connecting again, changing, holding back, and how the practice network misbehaves.

What a platform asks for comes from its row in the connectors' table, as a service tells it.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from typing import Any

from wtforms import BooleanField, IntegerField, PasswordField, SelectField, StringField, URLField
from wtforms.validators import NumberRange, Optional

from scheduler.errors import Refused
from scheduler.queries.channels import ChannelRow
from scheduler.queries.municipalities import UnitView
from scheduler.services.connecting import LONGEST_CREDENTIAL, LONGEST_NAME, ChannelRefusal
from scheduler.services.holding import HoldRefusal
from scheduler.services.platforms import Asked, PlatformView
from scheduler.services.practising import MOST_TIMES, Fault, FaultNow, PracticeRefusal
from web.forms.base import Form, NotBlank, at_most
from web.forms.people import unit_choices
from web.texts import later as _l
from web.words.platforms import FIELDS
from web.words.practice import FAULTS

LONGEST_REASON = 300
_CREDENTIAL = "credential_"

#: Where a refusal is shown. Those about credentials find their fields by themselves.
AT: dict[Enum, str] = {
    ChannelRefusal.CHANNEL_NAME_EMPTY: "name",
    ChannelRefusal.CHANNEL_NAME_TOO_LONG: "name",
    ChannelRefusal.CHANNEL_NAME_TAKEN: "name",
    ChannelRefusal.CHANNEL_LANGUAGE_UNKNOWN: "language",
    HoldRefusal.REASON_MISSING: "reason",
    PracticeRefusal.TIMES_OUT_OF_RANGE: "times",
}


class _ChannelFields(Form):
    """What can be said of every channel."""

    name = StringField(
        _l("Name of the channel"),
        [NotBlank(_l("Write a name for the channel.")), at_most(LONGEST_NAME)],
        description=_l("What your colleagues see, for example “Facebook, the library”."),
    )
    language = SelectField(
        _l("Written standard"), description=_l("A school may have one of its own; then nothing takes turns there.")
    )
    needs_approval = BooleanField(
        _l("Posts must be approved"),
        description=_l("What others write waits for somebody who may approve it. A leader's own posts do not."),
    )

    def offer_languages(self) -> None:
        """Fill the list."""
        self.language.choices = [
            ("", str(_l("Both, in turn"))),
            ("nb", str(_l("Only bokmål"))),
            ("nn", str(_l("Only nynorsk"))),
        ]


class _Credentials(Form):
    """Forms that have fields of a platform's own; made by `with_credentials`."""

    def credential_fields(self) -> list[Any]:
        """The platform's fields, in order."""
        return [field for field in self if field.name.startswith(_CREDENTIAL)]

    def credentials(self) -> dict[str, str]:
        """What was typed into them. An address without a scheme is meant to be a safe one."""
        return {field.name.removeprefix(_CREDENTIAL): _meant(field) for field in self.credential_fields()}

    def refuse_at_credentials(self, refused: Refused) -> None:
        """Show the refusal: what is wrong with credentials at the fields at fault."""
        named = refused.params.get("fields")
        at_fault = [f"{_CREDENTIAL}{name}" for name in named] if isinstance(named, list) else []
        at = dict(AT)
        if len(at_fault) == 1:
            at |= {code: at_fault[0] for code in ChannelRefusal if code.value.startswith("credential_")}
        self.refuse(refused, at)


class NewChannelForm(_ChannelFields, _Credentials):
    """A new channel on a platform that has been chosen."""

    unit = SelectField(_l("Who owns it"))

    def offer(self, units: Sequence[UnitView], *, whole: bool) -> None:
        """Fill the lists. `whole`: the municipality itself can be chosen."""
        self.offer_languages()
        self.unit.choices = unit_choices(tuple(units))[0 if whole else 1 :]


class ReconnectForm(_Credentials):
    """Other credentials for a channel."""


class ChangeForm(_ChannelFields):
    """Another name, standard or rule for a channel."""

    active = BooleanField(
        _l("The channel is in use"),
        description=_l("Take the mark away to close the channel: nothing more goes out there, and its history stays."),
    )

    @classmethod
    def of(cls, channel: ChannelRow, **more: Any) -> ChangeForm:
        """The form as the channel is now."""
        form = cls(
            name=channel.name,
            language=channel.language or "",
            needs_approval=channel.needs_approval,
            active=channel.active,
            **more,
        )
        form.offer_languages()
        return form


class HoldForm(Form):
    """Why something is held back."""

    reason = StringField(
        _l("Why"),
        [NotBlank(_l("Write why, so that the others know.")), at_most(LONGEST_REASON)],
        description=_l("Everybody who works here sees it."),
    )


class FaultForm(Form):
    """How the practice network meets the channel's next calls."""

    fault = SelectField(_l("What the network does"))
    times = IntegerField(
        _l("How many times"),
        [
            Optional(),
            NumberRange(
                1, MOST_TIMES, message=_l("Choose from 1 to %(most)s times, or leave it open.", most=MOST_TIMES)
            ),
        ],
        description=_l("Leave open: until you say otherwise."),
    )

    @classmethod
    def of(cls, now: FaultNow, **more: Any) -> FaultForm:
        """The form as the network behaves now."""
        form = cls(fault=now.fault.value, times=now.times_left, **more)
        form.fault.choices = [(fault.value, str(words)) for fault, words in FAULTS.items()]
        return form

    def chosen(self) -> Fault:
        """The fault that was chosen."""
        return Fault(self.text("fault"))


def with_credentials(form: type[_Credentials], platform: PlatformView) -> type[Any]:
    """The form with the platform's own fields."""
    return type(form.__name__, (form,), {f"{_CREDENTIAL}{each.name}": _field(platform, each) for each in platform.asks})


def _field(platform: PlatformView, asked: Asked) -> Any:
    label, description = FIELDS[platform.name, asked.name]
    checks: list[Any] = [at_most(LONGEST_CREDENTIAL)]
    if asked.required:
        checks.insert(0, NotBlank(_l("Fill this in: %(field)s.", field=label)))
    kind = PasswordField if asked.secret else URLField if asked.address else StringField
    return kind(label, checks, description=description)


def _meant(field: Any) -> str:
    typed = (field.data or "").strip()
    return f"https://{typed}" if typed and isinstance(field, URLField) and "://" not in typed else typed
