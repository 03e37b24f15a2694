"""The timetable of a region's debates, by OR-Tools CP-SAT.

Debates that nothing tells apart (as many speakers, nobody who speaks elsewhere)
are one *kind*, and the solver decides how many of a kind a slot takes: a few
hundred small numbers instead of tens of thousands of yes and no. The halls need
no variables: they are nested by capacity, so by Hall's theorem the debates of a
slot fit iff, for each size, those at least so large are no more than the free
halls that hold them; pairing largest with largest then works. Moderators have
variables of their own, because published debates may bind some of them.

The answer depends on the question alone: one worker, a fixed seed, a limit that
is counted in work and not in seconds.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from typing import TypeAlias

from ortools.sat.python import cp_model

from contracts.campaign.errors import TimetableImpossible, TimetableNotFound
from services.campaign.capacity import require_capacity
from services.campaign.regions import Placement, RegionalDebates, Unplaced, holds
from services.campaign.slots import Slot

#: interchangeable debates, in the order in which they get the earlier slots
Kind: TypeAlias = tuple[Unplaced, ...]

_WORK_LIMIT = 5.0  # in the solver's own measure: about as many seconds
_FOUND = (cp_model.OPTIMAL, cp_model.FEASIBLE)


def schedule(region: RegionalDebates) -> list[Placement]:
    """Give every unplaced debate a slot, a hall and a moderator.

    Raise `CapacityShort` when counting shows that they cannot fit, with what is
    short; `TimetableImpossible` when no timetable exists for another reason.
    """
    if not region.unplaced:
        return []
    require_capacity(region)
    model = _TimetableModel(region)
    return list(itertools.chain.from_iterable(model.placements(model.solved())))


def kinds_of(region: RegionalDebates) -> list[Kind]:
    """The kinds; inside each the debates keep their order."""
    kinds: dict[object, list[Unplaced]] = defaultdict(list)
    for debate in region.unplaced:
        shared = debate.persons & region.persons_with_several
        kinds[debate.speakers, debate.opens_after, shared].append(debate)
    return [tuple(debates) for debates in kinds.values()]


def _search(
    model: cp_model.CpModel,
) -> tuple[cp_model.CpSolver, cp_model.CpSolverStatus]:
    """The solver after its search, and how the search ended."""
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = 1
    solver.parameters.max_deterministic_time = _WORK_LIMIT
    return solver, solver.solve(model)


class _TimetableModel:
    """The variables and constraints of one region."""

    def __init__(self, region: RegionalDebates) -> None:
        self.model = cp_model.CpModel()
        self._region = region
        self._kinds = kinds_of(region)
        self._takes = {slot: self._takes_of(slot) for slot in region.slots}
        self._leads = {slot: self._leads_of(slot) for slot in region.slots}
        for slot in region.slots:
            self._restrict_slot(slot)
        for day in region.days:
            self._restrict_day(day)
        self._place_all()
        self._loads = self._balance_days()

    def _takes_of(self, slot: Slot) -> dict[Kind, cp_model.IntVar]:
        """How many debates of each kind the slot takes."""
        return {
            kind: self.model.new_int_var(0, len(kind), "")
            for kind in self._kinds
            if kind[0].opens_after is None or slot.opens_at > kind[0].opens_after
        }

    def _leads_of(self, slot: Slot) -> dict[str, cp_model.IntVar]:
        """Whether a moderator who is free leads a debate in the slot."""
        free = self._region.free_moderators(slot)
        return {moderator: self.model.new_bool_var("") for moderator in free}

    def _place_all(self) -> None:
        for kind in self._kinds:
            takes = (self._takes[slot].get(kind, 0) for slot in self._region.slots)
            self.model.add(_sum(takes) == len(kind))

    def _restrict_slot(self, slot: Slot) -> None:
        """Streams, moderators, halls large enough, and nobody twice at once."""
        region, takes = self._region, self._takes[slot]
        taken = _sum(takes.values())
        self.model.add(taken <= region.free_streams(slot))
        self.model.add(taken == _sum(self._leads[slot].values()))
        for size in {kind[0].speakers for kind in takes}:
            large = _sum(n for kind, n in takes.items() if kind[0].speakers >= size)
            halls = sum(holds(venue, size) for venue in region.free_venues(slot))
            self.model.add(large <= halls)
        for person in region.persons_with_several:
            theirs = self._debates_with(person, slot)
            self.model.add(_sum(theirs) <= int(region.is_free(person, slot)))

    def _restrict_day(self, day: date) -> None:
        """Nobody speaks or leads more often a day than the rules allow."""
        slots = self._region.slots_on(day)
        for moderator in self._region.moderators:
            leads = (self._leads[slot].get(moderator.id, 0) for slot in slots)
            left = self._region.moderator_left(moderator.id, day)
            self.model.add(_sum(leads) <= left)
        for person in self._region.persons_with_several:
            theirs = (n for slot in slots for n in self._debates_with(person, slot))
            self.model.add(_sum(theirs) <= self._region.person_left(person, day))

    def _debates_with(self, person: str, slot: Slot) -> list[cp_model.IntVar]:
        takes = self._takes[slot].items()
        return [number for kind, number in takes if person in kind[0].persons]

    def _balance_days(self) -> tuple[cp_model.IntVar, cp_model.IntVar]:
        """The loads of the fullest and of the emptiest day."""
        everything = len(self._region.unplaced) + len(self._region.placed)
        even, rest = divmod(everything, len(self._region.days))
        # the fullest day is at least the average; saying so spares the proof
        most = self.model.new_int_var(even + bool(rest), everything, "")
        fewest = self.model.new_int_var(0, even, "")
        for day in self._region.days:
            load = self._taken_on(day) + self._region.placed_on(day)
            self.model.add(load <= most)
            self.model.add(load >= fewest)
        return most, fewest

    def solved(self) -> cp_model.CpSolver:
        """The most balanced timetable, and of those one of the earliest.

        What has to be put off later still finds a place. The second search starts
        from the first one's answer and may end with less than the very earliest.
        """
        most, fewest = self._loads
        self.model.minimize(most - fewest)
        balanced, status = _search(self.model)
        if status == cp_model.INFEASIBLE:
            raise TimetableImpossible(region=self._region.region)
        if status not in _FOUND:
            raise TimetableNotFound(region=self._region.region)
        self.model.add(most <= balanced.value(most))
        self.model.add(fewest >= balanced.value(fewest))
        for number in itertools.chain.from_iterable(self._variables()):
            self.model.add_hint(number, balanced.value(number))
        days = enumerate(self._region.days)
        self.model.minimize(_sum(self._taken_on(day) * late for late, day in days))
        earliest, status = _search(self.model)
        return earliest if status in _FOUND else balanced

    def _variables(self) -> Iterator[Iterable[cp_model.IntVar]]:
        yield self._loads
        for slot in self._region.slots:
            yield self._takes[slot].values()
            yield self._leads[slot].values()

    def _taken_on(self, day: date) -> cp_model.LinearExpr:
        slots = self._region.slots_on(day)
        return _sum(n for slot in slots for n in self._takes[slot].values())

    def placements(self, solver: cp_model.CpSolver) -> Iterator[list[Placement]]:
        """What the solution says, slot by slot."""
        waiting = {kind: iter(kind) for kind in self._kinds}
        for slot in self._region.slots:
            takes = self._takes[slot].items()
            debates = [
                debate
                for kind, number in takes
                for debate in itertools.islice(waiting[kind], solver.value(number))
            ]
            leads = self._leads[slot].items()
            leading = [who for who, leads in leads if solver.boolean_value(leads)]
            yield self._in_slot(slot, debates, leading)

    def _in_slot(
        self, slot: Slot, debates: list[Unplaced], leading: list[str]
    ) -> list[Placement]:
        """The largest debate gets the largest hall, and so on."""
        debates.sort(key=lambda debate: -debate.speakers)
        halls = self._region.free_venues(slot)
        return [
            Placement(
                debate=debate.debate, slot=slot, venue=venue.id, moderator=moderator
            )
            for debate, venue, moderator in zip(debates, halls, leading, strict=False)
        ]


def _sum(terms: Iterable[cp_model.LinearExprT]) -> cp_model.LinearExpr:
    return cp_model.LinearExpr.sum(list(terms))
