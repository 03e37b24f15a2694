"""Long forms, one question a page.

What has been answered travels in hidden fields from step to step: nothing is stored
before the last one is sent, and nothing needs a script.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from gateway.pages.forms import Outcome, Refused, Stays
from gateway.pages.languages import gettext as _
from gateway.pages.page import Page

Check = Callable[[Page], Mapping[str, str]]
_STEP = "step"


def nothing_wrong(_page: Page) -> Mapping[str, str]:
    """The check of a step in which nothing can be wrong."""
    return {}


@dataclass(frozen=True)
class Step:
    """One page of a long form; `check` names what is wrong, by field."""

    name: str
    title: str  # in English
    fields: tuple[str, ...] = ()
    check: Check = nothing_wrong

    def holds(self, field: str) -> bool:
        """Whether a field stands on this page."""
        return field in self.fields or field.partition(".")[0] in self.fields


class Steps:
    """The pages of a long form in their order; the last one sends it."""

    def __init__(self, *steps: Step) -> None:
        self._steps = steps

    @property
    def deeds(self) -> dict[str, Callable[[Page], Outcome]]:
        """What the buttons of the pages do, all but the one that sends."""
        jumps = {f"to-{step.name}": partial(self._jump, step) for step in self._steps}
        return {"next": self._forward, "back": self._backward, **jumps}

    def facts(self, page: Page) -> dict[str, Any]:
        """Where the form stands: at the first step that has something to mend."""
        wrong = (self._with(each.field) for each in page.form.problems)
        found = next((step for step in wrong if step), None)
        return self._at(page, found or self._sent(page))

    def check(self, page: Page) -> None:
        """Raise `Refused` unless every step is right: the last sends them all."""
        problems = {
            name: words
            for step in self._steps
            for name, words in step.check(page).items()
        }
        if problems:
            raise Refused(**problems)

    def _forward(self, page: Page) -> Outcome:
        step = self._sent(page)
        if problems := step.check(page):
            raise Refused(**problems)
        return Stays(self._at(page, self._beside(step, 1)))

    def _backward(self, page: Page) -> Outcome:
        return Stays(self._at(page, self._beside(self._sent(page), -1)))

    def _jump(self, step: Step, page: Page) -> Outcome:
        return Stays(self._at(page, step))

    def _at(self, page: Page, step: Step) -> dict[str, Any]:
        kept = [
            (name, value)
            for name, value in page.form.fields
            if name != _STEP and not step.holds(name)
        ]
        return {
            "step": step.name,
            "step_title": _(step.title),
            "step_number": self._steps.index(step) + 1,
            "step_count": len(self._steps),
            "kept": kept,
        }

    def _sent(self, page: Page) -> Step:
        name = page.form.text(_STEP)
        return next((s for s in self._steps if s.name == name), self._steps[0])

    def _with(self, field: str) -> Step | None:
        return next((step for step in self._steps if step.holds(field)), None)

    def _beside(self, step: Step, way: int) -> Step:
        place = self._steps.index(step) + way
        return self._steps[max(0, min(place, len(self._steps) - 1))]
