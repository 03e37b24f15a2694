"""My page: what there is to do, role by role."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from chassis.auth import Role
from chassis.errors import DomainError
from contracts.registration.operations.people import ANYBODY
from contracts.voting.operations import ShowMyVote
from gateway.pages import roles
from gateway.pages.languages import gettext as _
from gateway.pages.page import Page
from gateway.pages.shown import Direct, File, Shown, Task


def my_page(pages: Iterable[Shown | File | Direct]) -> Shown:
    """The page of pages: all that have a task for somebody."""
    tasks = [
        (task, page.address)
        for page in pages
        if isinstance(page, Shown)
        for task in page.tasks
    ]

    def show(page: Page) -> dict[str, Any]:
        holder = page.visitor.holder
        assert holder
        held = [role for role in roles.OFFICES if holder.has_any(frozenset({role}))]
        return {
            "me": page.me if holder.primary else None,
            "vote": _vote(page) if Role.MEMBER in held else None,
            "lists": [_list(page, role, tasks) for role in held],
            "ends_at": holder.ends_at.isoformat(),
        }

    return Shown("/<primary>/me", "own/me", show, roles=ANYBODY)


def _list(page: Page, role: Role, tasks: list[tuple[Task, str]]) -> dict[str, Any]:
    """What somebody with a role can do."""
    return {
        "role": role,
        "name": roles.name_of(role),
        "tasks": [_task(page, *each) for each in tasks if each[0].role is role],
    }


def _task(page: Page, task: Task, address: str) -> dict[str, Any]:
    steps = address.removeprefix("/<primary>").strip("/").split("/")
    return {
        "title": _(task.title),
        "about": _(task.about),
        "address": page.link(*steps),
        "phase": page.phase(task.phase) if task.phase else None,
    }


def _vote(page: Page) -> dict[str, Any] | None:
    """Whether the member's vote is recorded, as far as voting can tell just now."""
    try:
        return page.ask(ShowMyVote)
    except DomainError:
        return None
