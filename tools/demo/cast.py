"""Who plays: the members, who of them stands, votes or holds an office."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import chain, zip_longest
from random import Random  # noqa: TID251 (a seeded choice must repeat; no secret here)

from contracts.definition import Contest, Definition, Route, Territory
from tools.demo.people import Age, Crowd, Home, Person, apportion, endless, flags
from tools.demo.sizes import PPO_SHARE, WOMEN_SHARE, YOUNG_SHARE, Size

STATION = "school-1"
_OLDEST = 68
_PPOS = 2  # in each district
_PLAIN_MEMBERS = 12  # of each district at least, who do not stand


@dataclass(frozen=True, kw_only=True)
class Nominee:
    """A member who is put forward."""

    person: Person
    contest: str
    route: Route
    #: vetting will find something
    refused: bool
    #: how much voters like them, of 1
    popularity: float


@dataclass(frozen=True, kw_only=True)
class Offices:
    """The members who hold an office in the primary."""

    chief: Person
    deputy: Person
    station: tuple[Person, Person]
    trustees: tuple[Person, ...]
    observer: Person
    #: by primary party organisation
    secretaries: Mapping[str, Person]

    def rows(self) -> Iterable[tuple[str, str, str]]:
        """The lines of the officers' file."""
        for officer in (self.chief, self.deputy):
            yield officer.iin, "officer", ""
        for officer in self.station:
            yield officer.iin, "station_officer", STATION
        for number, trustee in enumerate(self.trustees, start=1):
            yield trustee.iin, "trustee", str(number)
        yield self.observer.iin, "observer", ""
        for ppo, secretary in self.secretaries.items():
            yield secretary.iin, "secretary", ppo


@dataclass(frozen=True, kw_only=True)
class Cast:
    """Everybody."""

    ppos: tuple[tuple[str, str, str], ...]
    members: Mapping[str, tuple[Person, ...]]
    nominees: tuple[Nominee, ...]
    offices: Offices
    #: by district, in the order in which they will vote
    voters: Mapping[str, tuple[Person, ...]]
    #: who goes to the station on the last day
    paper: tuple[Person, ...]

    def everybody(self) -> Iterable[Person]:
        """All members of all districts."""
        return chain.from_iterable(self.members.values())

    def bystanders(self) -> Iterable[Person]:
        """Members of whom the play asks nothing, districts mixed."""
        busy = {*chain.from_iterable(self.voters.values()), *self.paper}
        busy |= {one.person for one in self.nominees}
        officials = {iin for iin, _, _ in self.offices.rows()}
        idle = (
            [
                one
                for one in self.members[code]
                if one not in busy and one.iin not in officials
            ]
            for code in self.voters
        )
        rounds = chain.from_iterable(zip_longest(*idle))
        return (one for one in rounds if one is not None)


def gather_cast(definition: Definition, size: Size, rng: Random) -> Cast:
    """Invent everybody; the same generator gives the same people."""
    crowd = Crowd(rng)
    districts = size.districts_of(definition)
    spoken = definition.languages[0]
    homes = {each.code: _homes(each.code) for each in districts}
    nominees = _nominees(definition, size, homes, crowd)
    plain = {
        code: _plain_members(definition, size, homes[code], nominees, crowd)
        for code in homes
    }
    members = {
        code: (
            *(one.person for one in nominees if one.person.territory == code),
            *plain[code],
        )
        for code in homes
    }
    offices = _offices(definition, plain)
    paper = plain[districts[0].code][-size.paper :]
    return Cast(
        ppos=tuple(row for each in districts for row in _ppos(each, homes, spoken)),
        members=members,
        nominees=tuple(nominees),
        offices=offices,
        voters=_voters(size, members, set(paper), rng),
        paper=paper,
    )


def contests_voted_on(
    definition: Definition, districts: Iterable[Territory]
) -> tuple[Contest, ...]:
    """The contests on the ballots of these districts, each once."""
    found = {
        contest.id: contest
        for district in districts
        for contest in definition.contests_of_district(district.code)
    }
    return tuple(found.values())


def _homes(code: str) -> list[Home]:
    return [
        Home(territory=code, ppo=f"ppo-{code.lower()}-{number}")
        for number in range(1, _PPOS + 1)
    ]


def _ppos(
    district: Territory, homes: Mapping[str, list[Home]], language: str
) -> Iterable[tuple[str, str, str]]:
    name = district.name[language]
    for number, home in enumerate(homes[district.code], start=1):
        yield home.ppo, f"{name}, № {number}", district.code


def _nominees(
    definition: Definition, size: Size, homes: Mapping[str, list[Home]], crowd: Crowd
) -> list[Nominee]:
    rng = crowd.rng
    contests = contests_voted_on(definition, size.districts_of(definition))
    weights = {each.id: size.weight_of(definition, each) for each in contests}
    counts = apportion(size.nominations, weights)
    total = size.nominations
    women, young = flags(rng, total, WOMEN_SHARE), flags(rng, total, YOUNG_SHARE)
    by_ppo = flags(rng, total, PPO_SHARE)
    refused = flags(rng, total, size.refused / total)
    found: list[Nominee] = []
    for contest in contests:
        inside = endless(rng, _homes_in(definition, contest, homes))
        for _ in range(counts[contest.id]):
            place = len(found)
            age = _age(definition, contest, young=young[place])
            person = crowd.person(next(inside), age, woman=women[place])
            route = Route.PPO if by_ppo[place] else Route.SELF
            found.append(
                Nominee(
                    person=person,
                    contest=contest.id,
                    route=route,
                    refused=refused[place],
                    popularity=rng.random() ** 2,
                )
            )
    rng.shuffle(found)
    return found


def _homes_in(
    definition: Definition, contest: Contest, homes: Mapping[str, list[Home]]
) -> list[Home]:
    districts = definition.districts_of_contest(contest.id)
    return [home for each in districts for home in homes.get(each.code, [])]


def _age(definition: Definition, contest: Contest, *, young: bool) -> Age:
    border = definition.quotas.young.under_age
    day = definition.reference_date
    if young:
        return Age(least=contest.min_age + 1, most=border, on=day)
    return Age(least=border, most=_OLDEST, on=day)


def _plain_members(
    definition: Definition,
    size: Size,
    homes: list[Home],
    nominees: list[Nominee],
    crowd: Crowd,
) -> tuple[Person, ...]:
    """As many as the district still needs to have its voters."""
    code = homes[0].territory
    standing = sum(1 for one in nominees if one.person.territory == code)
    wanted = size.voters + size.absent + size.paper - standing
    age = Age(least=19, most=_OLDEST, on=definition.reference_date)
    return tuple(
        crowd.person(
            homes[number % len(homes)], age, woman=crowd.rng.choice((True, False))
        )
        for number in range(max(wanted, _PLAIN_MEMBERS + size.paper))
    )


def _offices(
    definition: Definition, plain: Mapping[str, tuple[Person, ...]]
) -> Offices:
    """Plain members of the first district; each organisation's own secretary."""
    chief, deputy, first, second, observer, *others = next(iter(plain.values()))
    secretaries = {
        person.ppo: person for people in plain.values() for person in people[:_PPOS]
    }
    return Offices(
        chief=chief,
        deputy=deputy,
        station=(first, second),
        trustees=tuple(others[: definition.trustees]),
        observer=observer,
        secretaries=secretaries,
    )


def _voters(
    size: Size,
    members: Mapping[str, tuple[Person, ...]],
    paper: set[Person],
    rng: Random,
) -> dict[str, tuple[Person, ...]]:
    chosen = list(members)[:: max(1, len(members) // size.voting)][: size.voting]
    return {
        code: tuple(
            rng.sample([one for one in members[code] if one not in paper], size.voters)
        )
        for code in chosen
    }
