"""Arrival reports as customs' XML, there and back, by the tables of a profile."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from connectors.customs import document
from connectors.customs.document import DocumentProblem
from connectors.customs.profile import Profile
from connectors.customs.report import Report
from connectors.customs.sites import Sites
from connectors.customs.xml_events import Leaf
from schemas.reference import load_reference


class Messages:
    """Writes and reads reports for the sites of one operator."""

    def __init__(self, profile: Profile, sites: Sites) -> None:
        self.profile = profile
        self._sites = sites
        self._vessels = load_reference().vessels

    def write(self, record: Mapping[str, Any]) -> bytes:
        """The XML of a record of ``arrival-reports.v1``. Raises DocumentProblem, which names path and value."""
        table = self.profile.report_table(record)
        if table is None:
            kind = " ".join(str(record.get(name) or "") for name in ("message_type", "route_flag")).strip()
            raise DocumentProblem(f"message type is {kind!r}; {self.profile.title} has {self._kinds}")
        return document.write(self.profile, table, self._complete(record))

    def read(self, content: bytes) -> dict[str, Any]:
        """The fields that a report says, by the names of ``arrival-reports.v1``. Raises DocumentProblem."""
        found = document.read(content)
        for table in self.profile.reports:
            if all(self._said(found, name) == value for name, value in table.when.items()):
                return document.fields_of(table, found)
        kind = self._said(found, "message_type") or document.root_of(found)
        raise DocumentProblem(f"this is {kind!r}; {self.profile.title} knows {self._kinds}")

    def report(self, content: bytes) -> Report:
        """What the other side makes of a report: it knows sites and ships, not our ids. A feeder report names no place; its
        terminal is that of the customs office, where it has one. Raises DocumentProblem."""
        said = self.read(content)
        site = self._sites.of_place(said.get("place_code", "")) or self._sites.of_district(said["district"])
        return Report(
            said["message_id"], said["message_type"], said["function"], "", said["container"], said["bill"], said["house"],
            said.get("vessel_id") or f"NAME:{said.get('domestic_vessel_name', '')}",
            said.get("voyage") or said.get("domestic_voyage", ""), site.port if site else "", site.terminal if site else "",
            said["district"], said["sent_at"],
        )  # fmt: skip

    @property
    def _kinds(self) -> str:
        return ", ".join(table.name for table in self.profile.reports)

    def _said(self, found: Mapping[str, Leaf], field: str) -> str:
        """What a document says in the place of a field, "" when it has none: before it is known which table it follows."""
        paths = {f"{table.root}/{row.path}" for table in self.profile.reports for row in table.rows if row.field == field}
        return next((found[path].text for path in paths if path in found), "")

    def _complete(self, record: Mapping[str, Any]) -> dict[str, Any]:
        """The record, with the ships' names, and the site as it is registered."""
        fields = dict(record)
        fields["vessel_name"] = self._name(record.get("vessel_id"))
        fields["domestic_vessel_name"] = self._name(record.get("domestic_vessel"))
        site = self._sites.of_terminal(str(record.get("port")), str(record.get("terminal_code")))
        if site is not None:
            fields |= {"place_code": site.place_code, "sender_id": site.sender_id}
            fields["district"] = fields.get("district") or site.district
        return fields

    def _name(self, vessel_id: str | None) -> str:
        vessel = self._vessels.get(vessel_id or "")
        if vessel is not None:
            return vessel.zh or vessel.en
        scheme, _, name = (vessel_id or "").partition(":")
        return name if scheme == "NAME" else ""
