"""What the roles are called, what each is for, and who grants it."""

from __future__ import annotations

from dataclasses import dataclass

from chassis.auth import Role
from gateway.pages.languages import N_
from gateway.pages.languages import gettext as _


@dataclass(frozen=True)
class Office:
    """A role in words, which are translated where they are shown."""

    name: str
    granted: str


OFFICES = {
    Role.MEMBER: Office(
        N_("member of the party"),
        N_("The party's register of members tells who is one."),
    ),
    Role.CANDIDATE: Office(
        N_("candidate"),
        N_("The organising committee registers candidates after their nomination."),
    ),
    Role.SECRETARY: Office(
        N_("secretary of a party organisation"),
        N_("The administrator enters the secretaries of the party organisations."),
    ),
    Role.OFFICER: Office(
        N_("officer of the organising committee"),
        N_("The administrator enters the officers of the organising committee."),
    ),
    Role.STATION_OFFICER: Office(
        N_("officer of a polling station"),
        N_("The administrator enters the officers of the polling stations."),
    ),
    Role.TRUSTEE: Office(
        N_("trustee"),
        N_("The administrator enters the trustees that the party has chosen."),
    ),
    Role.OBSERVER: Office(
        N_("observer"),
        N_("The administrator enters the observers that have been accredited."),
    ),
    Role.ADMINISTRATOR: Office(
        N_("administrator"),
        N_("Whoever runs this installation holds the administrator's secret."),
    ),
}


def named(roles: str) -> list[str]:
    """The names of roles that an error lists."""
    return [_(each.name) for each in offices(roles)]


def offices(roles: str) -> list[Office]:
    """The roles that an error lists, as their codes with commas between."""
    codes = [code.strip() for code in roles.split(",")]
    return [office for role, office in OFFICES.items() if role in codes]


def name_of(role: str) -> str:
    """What a role is called."""
    return ", ".join(named(role)) or role
