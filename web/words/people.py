"""Words about people: roles, what they may not do, and what is wrong with a name, an address or a password."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

from scheduler.domain.access import Denied, Role
from scheduler.domain.municipalities import MunicipalityRefusal
from scheduler.domain.people import PersonRefusal, SignInRefusal
from web.texts import later as _l

WORDS: Mapping[type[Enum], Mapping[Enum, str]] = {
    Role: {
        Role.AUTHOR: _l("Author"),
        Role.MODERATOR: _l("Moderator"),
        Role.SERVICE_DESK: _l("Service desk"),
        Role.LEADER: _l("Leader"),
        Role.CHIEF: _l("Head of communications"),
        Role.ARCHIVIST: _l("Archivist"),
        Role.ADMINISTRATOR: _l("Administrator"),
        Role.READER: _l("Reader"),
    },
    Denied: {
        Denied.NOT_ALLOWED: _l(
            "Your roles do not let you do this. Ask the person who manages people in your municipality."
        ),
    },
    SignInRefusal: {
        SignInRefusal.WRONG: _l(
            "The e-mail address and the password do not belong together. Check both, and try again."
        ),
        SignInRefusal.TOO_MANY: _l("Too many failed tries. You can try again at %(time)s."),
    },
    PersonRefusal: {
        PersonRefusal.NAME_EMPTY: _l("Write a name."),
        PersonRefusal.NAME_TOO_LONG: _l("The name is too long: write at most %(limit)s characters."),
        PersonRefusal.EMAIL_MALFORMED: _l("Write a whole e-mail address, such as kari@fjordvik.example."),
        PersonRefusal.EMAIL_TAKEN: _l("Somebody with this e-mail address is here already. Look in the list of people."),
        PersonRefusal.PASSWORD_TOO_SHORT: _l(
            "The password is too short: use at least %(shortest)s characters. A whole sentence is fine."
        ),
        PersonRefusal.PASSWORD_TOO_LONG: _l("The password is too long: use at most %(longest)s characters."),
        PersonRefusal.PASSWORD_IS_THE_EMAIL: _l("The password must be something else than the e-mail address."),
        PersonRefusal.OLD_PASSWORD_WRONG: _l("This is not the password you have now. Write it again."),
        PersonRefusal.NO_ROLE: _l("Choose at least one role."),
        PersonRefusal.UNIT_NEEDED: _l("A leader leads a unit: choose which."),
        PersonRefusal.NO_UNIT_WANTED: _l("This role covers the whole municipality: leave the unit open."),
        PersonRefusal.UNKNOWN_UNIT: _l("There is no such unit. Choose one from the list."),
        PersonRefusal.LAST_ADMINISTRATOR: _l(
            "Nobody else administers this municipality. Give somebody else the role of administrator first."
        ),
        PersonRefusal.NOT_ONESELF: _l("You cannot close your own account. Ask another administrator."),
        PersonRefusal.LANGUAGE_UNKNOWN: _l("Choose one of the languages in the list."),
    },
    MunicipalityRefusal: {
        MunicipalityRefusal.NAME_EMPTY: _l("Write a name."),
        MunicipalityRefusal.NAME_TOO_LONG: _l("The name is too long: write at most %(limit)s characters."),
        MunicipalityRefusal.NAME_TAKEN: _l("There is a unit with this name already."),
        MunicipalityRefusal.SLUG_MALFORMED: _l(
            "The short name may hold a to z, figures and single hyphens, at most 60 in all."
        ),
        MunicipalityRefusal.SLUG_RESERVED: _l("This short name is used by the service itself. Choose another."),
        MunicipalityRefusal.SLUG_TAKEN: _l("Another municipality has this short name. Choose another."),
        MunicipalityRefusal.HOST_MALFORMED: _l("Write the host name alone, such as publish.fjordvik.example."),
        MunicipalityRefusal.HOST_TAKEN: _l("Another municipality has this host name. Choose another."),
        MunicipalityRefusal.LANGUAGE_UNKNOWN: _l("Choose one of the languages in the list."),
    },
}
