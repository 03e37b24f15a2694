"""How far an office reaches: a territory with everything in it, or the whole."""

from __future__ import annotations

from chassis.auth import Principal, Role
from contracts.definition import Definition
from contracts.registration.errors import NotYourTerritory


def require_office(principal: Principal, definition: Definition, code: str) -> None:
    """Raise `NotYourTerritory` unless this officer's office reaches the territory."""
    if not definition.is_reached(code, principal.scopes(Role.OFFICER)):
        raise NotYourTerritory(territory=code)


def require_central_office(principal: Principal, definition: Definition) -> None:
    """Raise `NotYourTerritory` unless the office reaches the whole country."""
    require_office(principal, definition, definition.country)


def territories_reached(
    principal: Principal, definition: Definition, inside: str | None
) -> list[str]:
    """The territories this office reaches; with `inside`, those of them in it."""
    scopes = principal.scopes(Role.OFFICER)
    codes = definition.codes_in(inside or definition.country)
    return [code for code in codes if definition.is_reached(code, scopes)]
