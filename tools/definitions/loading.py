"""From a definition file to the document it stands for."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

from contracts.definition import InvalidDefinition, parse_definition
from tools.definitions.csv_files import read_rows
from tools.definitions.local_times import UnclearTime, instant_of
from tools.definitions.places import Place, locate, place_of, refuse
from tools.definitions.yaml_files import read_yaml

_TABLES = ("/territories", "/contests", "/debates/venues", "/debates/moderators")


def load_definition_file(path: Path | str) -> dict[str, Any]:
    """The valid document of a definition file; raise `InvalidDefinition`."""
    document, places = _read_extended(Path(path), ())
    for pointer in _TABLES:
        _read_table(document, places, pointer)
    _place_zones(document, places)
    _title_contests(document, places)
    _fix_moments(document, places)
    try:
        return parse_definition(document).document
    except InvalidDefinition as error:
        problems = [locate(problem, places) for problem in error.problems]
    raise InvalidDefinition(problems=problems)


def _read_extended(
    path: Path, readers: tuple[Path, ...]
) -> tuple[dict[str, Any], dict[str, Place]]:
    """The mapping of a file laid over that of the file it extends."""
    document, places = read_yaml(path)
    base = document.pop("extends", None)
    if base is None:
        return document, places
    if not isinstance(base, str):
        refuse("/extends", "Name one file.", places["/extends"])
    extended = path.parent / base
    if extended.resolve() in (*readers, path.resolve()):
        refuse("/extends", "These files extend each other.", places["/extends"])
    under, under_places = _read_extended(extended, (*readers, path.resolve()))
    _lay_over(under, document, under_places, "")
    return under, {**under_places, **places}


def _lay_over(
    under: dict[str, Any], over: dict[str, Any], places: dict[str, Place], pointer: str
) -> None:
    """Merge mappings key by key; anything else replaces what was there."""
    for key, value in over.items():
        here = f"{pointer}/{key}"
        below = under.get(key)
        if isinstance(value, dict) and isinstance(below, dict):
            _lay_over(below, value, places, here)
            continue
        under[key] = value
        for stale in [each for each in places if each.startswith(f"{here}/")]:
            del places[stale]


def _read_table(
    document: dict[str, Any], places: dict[str, Place], pointer: str
) -> None:
    """Replace `{files: [...]}` by the rows of those CSV files."""
    *outer, key = pointer.split("/")[1:]
    holder = document.get(outer[0]) if outer else document
    if not isinstance(holder, dict):
        return
    table = holder.get(key)
    if not isinstance(table, dict) or set(table) != {"files"}:
        return
    rows: list[Any] = []
    for name in _names(table["files"], places, f"{pointer}/files"):
        named_at = place_of(f"{pointer}/files", places)
        for row, place in read_rows(named_at[0].parent / name, pointer, named_at):
            places[f"{pointer}/{len(rows)}"] = place
            rows.append(row)
    holder[key] = rows


def _names(files: object, places: dict[str, Place], pointer: str) -> list[str]:
    if not isinstance(files, list) or not all(isinstance(each, str) for each in files):
        refuse(pointer, "Name the CSV files in a list.", place_of(pointer, places))
    return files


def _place_zones(document: dict[str, Any], places: dict[str, Place]) -> None:
    """Give the territories named in `territory_zones` their time zones."""
    zones = document.pop("territory_zones", {})
    if not isinstance(zones, dict):
        refuse("/territory_zones", "Map codes to zones.", places["/territory_zones"])
    by_code = {str(row.get("code")): row for row in _rows_of(document, "territories")}
    for code, zone in zones.items():
        pointer = f"/territory_zones/{code}"
        if code not in by_code:
            refuse(pointer, "There is no such territory.", place_of(pointer, places))
        by_code[code]["zone"] = zone


def _title_contests(document: dict[str, Any], places: dict[str, Place]) -> None:
    """Fill the templates of `contest_titles` for the contests without a title."""
    templates = document.pop("contest_titles", {})
    if not isinstance(templates, dict):
        place = places["/contest_titles"]
        refuse("/contest_titles", "Map levels to titles.", place)
    names = {
        str(row.get("code")): (row.get("name"), row.get("parent"))
        for row in _rows_of(document, "territories")
    }
    for row in _rows_of(document, "contests"):
        if "title" not in row:
            row["title"] = _title(templates.get(str(row.get("level"))), row, names)


def _title(template: Any, row: dict[str, Any], names: dict[Any, Any]) -> object:
    """The template in every language, or nothing the schema would accept."""
    name, parent = names.get(str(row.get("territory")), ({}, None))
    above, _ = names.get(str(parent), ({}, None))
    if not all(isinstance(each, dict) for each in (template, name, above)):
        return None
    return {
        language: str(words)
        .replace("{territory}", str(name.get(language)))
        .replace("{parent}", str(above.get(language)))
        for language, words in template.items()
    }


def _rows_of(document: dict[str, Any], key: str) -> list[dict[str, Any]]:
    rows = document.get(key)
    if not isinstance(rows, list):
        return []
    return [row for row in rows if isinstance(row, dict)]


def _fix_moments(document: dict[str, Any], places: dict[str, Place]) -> None:
    """Turn every local time of the calendar into an instant."""
    calendar = document.get("calendar")
    if not isinstance(calendar, dict):
        return
    zone = str(document.get("zone"))
    if zone not in available_timezones():
        refuse("/zone", "There is no such IANA time zone.", place_of("/zone", places))
    for name, phase in _entries(calendar, "phases"):
        if isinstance(phase, dict):
            _fix_each(phase, zone, places, f"/calendar/phases/{name}")
    instants = calendar.get("instants")
    if isinstance(instants, dict):
        _fix_each(instants, zone, places, "/calendar/instants")


def _entries(holder: dict[str, Any], key: str) -> list[tuple[str, Any]]:
    below = holder.get(key)
    return list(below.items()) if isinstance(below, dict) else []


def _fix_each(
    moments: dict[str, Any], zone: str, places: dict[str, Place], pointer: str
) -> None:
    for key, written in moments.items():
        try:
            moments[key] = instant_of(written, zone)
        except UnclearTime as error:
            here = f"{pointer}/{key}"
            refuse(here, str(error), place_of(here, places))
