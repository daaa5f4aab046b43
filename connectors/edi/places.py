"""LOC segments: ports, terminal, berth and slot. Shared by a message's header and its boxes."""

from __future__ import annotations

from connectors.edi.tables import LOCATIONS


def note_location(found: dict[str, str], elements: list[list[str]]) -> None:
    """Put one LOC into ``found`` under the names of LOCATIONS.

    LOC+165 (and LOC+9 or 11 of some terminals) names a port and, as related location, the terminal in it: the port goes
    to "unlocode". LOC+164 may do the same with the berth.
    """
    if len(elements) < 3:
        return
    name = LOCATIONS.get(elements[1][0])
    if name is None:
        return
    code = elements[2][0].strip()
    related = elements[3][0].strip() if len(elements) > 3 else ""
    if name == "terminal" or (name == "berth_code" and related):
        if code:
            found["unlocode"] = code
        code = related
    if code:
        found[name] = code
