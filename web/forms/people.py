"""The forms about people and about oneself."""

from __future__ import annotations

from enum import Enum

from wtforms import EmailField, HiddenField, PasswordField, SelectField, StringField

from scheduler.domain.access import Role
from scheduler.domain.municipalities import MunicipalityRefusal
from scheduler.domain.people import LONGEST_EMAIL, LONGEST_NAME, SHORTEST_PASSWORD, PersonRefusal
from scheduler.queries.municipalities import UnitView
from web import languages, wording
from web.forms.base import Form, NotBlank, at_most, needed
from web.ids import row_id_or_none
from web.texts import later as _l

#: Where a refusal about a person is shown.
AT: dict[Enum, str] = {
    PersonRefusal.NAME_EMPTY: "name",
    PersonRefusal.NAME_TOO_LONG: "name",
    PersonRefusal.EMAIL_MALFORMED: "email",
    PersonRefusal.EMAIL_TAKEN: "email",
    PersonRefusal.PASSWORD_TOO_SHORT: "password",
    PersonRefusal.PASSWORD_TOO_LONG: "password",
    PersonRefusal.PASSWORD_IS_THE_EMAIL: "password",
    PersonRefusal.OLD_PASSWORD_WRONG: "old_password",
    PersonRefusal.NO_ROLE: "role",
    PersonRefusal.UNIT_NEEDED: "unit",
    PersonRefusal.NO_UNIT_WANTED: "unit",
    PersonRefusal.UNKNOWN_UNIT: "unit",
    PersonRefusal.LANGUAGE_UNKNOWN: "language",
    MunicipalityRefusal.NAME_EMPTY: "unit_name",
    MunicipalityRefusal.NAME_TOO_LONG: "unit_name",
    MunicipalityRefusal.NAME_TAKEN: "unit_name",
}
_LONG_ENOUGH = _l("At least %(count)s characters. A whole sentence is fine.", count=SHORTEST_PASSWORD)


class SignInForm(Form):
    """E-mail and password. `next`: the page that was asked for."""

    email = EmailField(_l("E-mail address"), [NotBlank(_l("Write your e-mail address."))])
    password = PasswordField(_l("Password"), [needed(_l("Write your password."))])
    next = HiddenField()


class PersonForm(Form):
    """A new person with a first role."""

    name = StringField(_l("Name"), [NotBlank(_l("Write a name.")), at_most(LONGEST_NAME)])
    email = EmailField(_l("E-mail address"), [NotBlank(_l("Write an e-mail address.")), at_most(LONGEST_EMAIL)])
    role = SelectField(_l("Role"))
    unit = SelectField(_l("Unit"), description=_l("Leave open for the whole municipality."))
    password = PasswordField(_l("First password"), [needed(_l("Write a password."))], description=_LONG_ENOUGH)

    def offer(self, units: tuple[UnitView, ...]) -> None:
        """Fill the lists."""
        self.role.choices = role_choices()
        self.unit.choices = unit_choices(units)


class RoleForm(Form):
    """One more role for somebody."""

    role = SelectField(_l("Role"))
    unit = SelectField(_l("Unit"), description=_l("Leave open for the whole municipality."))

    def offer(self, units: tuple[UnitView, ...]) -> None:
        """Fill the lists."""
        self.role.choices = role_choices()
        self.unit.choices = unit_choices(units)


class NewPasswordForm(Form):
    """A new password for somebody else."""

    password = PasswordField(_l("New password"), [needed(_l("Write a password."))], description=_LONG_ENOUGH)


class OwnPasswordForm(Form):
    """A new password for oneself."""

    old_password = PasswordField(_l("The password you have now"), [needed(_l("Write the password you have now."))])
    password = PasswordField(_l("New password"), [needed(_l("Write a password."))], description=_LONG_ENOUGH)


class LanguageForm(Form):
    """The language of one's own pages."""

    language = SelectField(_l("Language"), validate_choice=False)

    def offer(self, municipality_language: str) -> None:
        """Fill the list; "" is the municipality's own."""
        usual = _l("As the municipality (%(language)s)", language=languages.NAMES[municipality_language])
        self.language.choices = [("", usual), *languages.NAMES.items()]


class UnitForm(Form):
    """A new unit."""

    unit_name = StringField(_l("Name of the unit"), [NotBlank(_l("Write a name.")), at_most(LONGEST_NAME)])


def role_choices() -> list[tuple[str, str]]:
    """The roles, the most common first."""
    return [(role.value, wording.words(role)) for role in Role]


def unit_choices(units: tuple[UnitView, ...]) -> list[tuple[str, str]]:
    """The units, after "the whole municipality"."""
    return [("", str(_l("The whole municipality"))), *((str(unit.id), unit.name) for unit in units)]


def unit_chosen(text: str | None) -> int | None:
    """The unit's id that a list sent."""
    return row_id_or_none(text)
