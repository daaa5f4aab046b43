"""Documents of DCSA's interfaces into events: each event by itself, each problem with its place."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from connectors.dcsa import codes
from connectors.dcsa.pick import objects, pick, text
from connectors.edi import read as read_edi
from connectors.edi.identity import digest
from connectors.reading import facts
from connectors.reading.events import Item
from connectors.reading.plain import finish
from connectors.reading.problem import ERROR, WARNING, Problem
from connectors.reading.words import is_country
from schemas.rules import EVENT_ID_MAX

SECTION_TNT: Final = "DCSA Track & Trace 3.0, eventClassification"
#: Fields of an event (in small letters) that may differ where the same is told again.
_OF_THE_TELLING: Final = frozenset((
    "eventid", "eventcreateddatetime", "eventupdateddatetime", "isretracted", "retracted",
))  # fmt: skip
SECTION_CALL: Final = "DCSA Port Call 2.0, portCallService"


def read_documents(raw: bytes, *, name: str = "", port: str = "") -> Iterator[Item]:
    """Events and problems of a JSON document: an event, a list, or ``{"events": [...]}``. ``port``: where events belong
    whatever place they name; without it, to the platform's port of their UN/LOCODE, and others are refused."""
    try:
        document = json.loads(raw)
    except (ValueError, RecursionError) as error:
        yield Problem(ERROR, "NOT_JSON", name, value=str(error)[:80], expected="a JSON document in UTF-8")
        return
    if isinstance(document, Mapping) and isinstance(document.get("events"), list):
        document = document["events"]
    if not document:
        yield Problem(WARNING, "NOTHING_IN_IT", name, expected="at least one event")
    told: set[tuple[str, str]] = set()
    for number, event in enumerate(document if isinstance(document, list) else [document], 1):
        for item in _Reader(name, port, number).read(event):
            if isinstance(item, Problem) and item.severity == WARNING:
                if (item.code, item.value) in told:
                    continue
                told.add((item.code, item.value))
            yield item


class _Reader:
    """One event of a document."""

    def __init__(self, file: str, port: str, number: int) -> None:
        self._file = file
        self._port = port
        self._number = number
        self._reference = ""

    def read(self, event: Any) -> Iterator[Item]:
        if not isinstance(event, Mapping):
            yield self._problem("BAD_ROW", "", str(event)[:60], "a JSON object, one event")
            return
        self._reference = text(event, "eventID", "id")[:60]
        entity = event.get("type")
        if entity == "EdiCodeco" and event.get("messageRaw"):
            yield from read_edi(str(event["messageRaw"]).encode(), name=self._file, port=self._port)
        elif entity == "PortCall":
            yield from self._entity(event)
        elif entity == "PortCallEvent":
            yield from self._entity_event(event)
        elif "portCallService" in event:
            yield from self._port_call(event)
        else:
            yield from self._track_and_trace(event)

    def _track_and_trace(self, event: Mapping[str, Any]) -> Iterator[Item]:
        kind = text(event, "eventClassification.eventTypeCode", "eventType").upper()
        if not kind:
            shown = ", ".join(map(str, event))[:60]
            yield self._problem("BAD_ROW", "eventTypeCode", shown, "an event of DCSA with its eventType", SECTION_TNT)
            return
        field = {"EQUIPMENT": "equipmentEventTypeCode", "TRANSPORT": "transportEventTypeCode"}.get(kind, "")
        code = text(event, f"eventClassification.{field}", field) if field else ""
        meaning = codes.EQUIPMENT.get(code) if kind == "EQUIPMENT" else codes.TRANSPORT.get(code)
        call = pick(event, "transportDetails.transportCall", "transportCall") or {}
        mode = text(call, "modeOfTransport").upper()
        if meaning is None or (kind == "TRANSPORT" and mode not in ("", "VESSEL")):
            told = " ".join(filter(None, (kind, code, mode if kind == "TRANSPORT" else "")))
            yield self._problem(
                "NOT_FOR_US", field or "eventTypeCode", told, "gate and quay moves, customs, vessels", SECTION_TNT, WARNING
            )
            return
        vessel, flags = _vessel(pick(call, "vesselTransport", "vessel"))
        inbound = text(call, "importVoyageNumberOrReference.carrierVoyageNumber", "importVoyageNumber", "carrierVoyageNumber")
        outbound = text(call, "exportVoyageNumberOrReference.carrierVoyageNumber", "exportVoyageNumber", "carrierVoyageNumber")
        unloading = meaning.fields.get("move") in ("DISC", "OUT")
        values = {
            **meaning.fields,
            "classifier": text(event, "eventClassification.eventClassifierCode", "eventClassifierCode"),
            "event_time": pick(event, "eventDateTime"),
            "is_retracted": pick(event, "isRetracted") or False,
            "unlocode_raw": text(
                event, "eventLocation.UNLocationCode", "transportCall.UNLocationCode", "transportCall.location.UNLocationCode",
                "location.UNLocationCode", "eventLocation", "transportCall.location",
            ),
            "terminal_code": text(
                event, "eventLocation.facility.facilityCode", "eventLocation.facilityCode", "transportCall.facilityCode"
            ),
            "vessel_id": vessel,
            "quality_flags": flags,
        }
        box = {
            "container_no": text(event, "equipmentDetails.equipmentReference", "equipmentReference"),
            "iso_type": text(event, "equipmentDetails.ISOEquipmentCode", "ISOEquipmentCode"),
            "ef": codes.EMPTY.get(text(event, "equipmentDetails.emptyIndicatorCode", "emptyIndicatorCode").upper()),
            "bill_no": _document(event, "TRD", "SHI", "BOL"),
            "seals": _seals(objects(event, "equipmentDetails.seals") or objects(event, "seals")),
        }
        if meaning.fields["event_type"] == "PORT_CALL":
            values |= {
                "vessel_name": text(call, "vesselTransport.vesselName", "vessel.vesselName"),
                "voyage_in": inbound,
                "voyage_out": outbound,
            }
        elif meaning.kind == "release":
            values |= {"container_no": box["container_no"]}
        else:
            values |= box
            values["voyage"] = inbound if unloading else outbound
            if meaning.kind == "gate":
                values["mode"] = codes.MODES.get(mode)
        yield from self._finished(
            meaning.kind,
            event,
            values,
            codes.SYSTEMS.get(text(event, "eventRouting.originatingParty.partyFunction"), codes.SYSTEM),
        )

    def _port_call(self, event: Mapping[str, Any]) -> Iterator[Item]:
        sent = text(event, "portCallService.portCallServiceTypeCode")
        call_event = text(event, "portCallService.portCallServiceEventTypeCode")
        service = codes.SERVICES.get(sent)
        if service is None or call_event not in codes.CALL_EVENTS:
            yield self._problem(
                "NOT_FOR_US",
                "portCallServiceTypeCode",
                f"{sent} {call_event}".strip(),
                ", ".join(codes.SERVICES),
                SECTION_CALL,
                WARNING,
            )
            return
        vessel, flags = _vessel(event.get("vessel"))
        phase = text(event, "portCallService.portCallPhaseTypeCode")
        forecasts = objects(event, "movesForecasts")
        values = {
            "event_type": "PORT_CALL", "service": service, "call_event": call_event,
            "phase": phase or ("OUTB" if call_event == "DEPA" else "ALGS"),
            "classifier": text(event, "timestamp.classifierCode"),
            "event_time": pick(event, "timestamp.serviceDateTime"),
            "is_retracted": bool(pick(event, "portCallService.isCanceled") or pick(event, "isRetracted")),
            "unlocode_raw": text(event, "portCallService.serviceLocation.UNLocationCode", "portCall.UNLocationCode"),
            "terminal_code": text(event, "portCallService.serviceLocation.facility.facilityCode"),
            "port_call_id": text(event, "portCall.portVisitReference", "portCall.portCallID"),
            "terminal_call_id": text(event, "terminalCall.terminalCallReference", "terminalCall.terminalCallID"),
            "seq": pick(event, "terminalCall.sequenceNumber"),
            "voyage_in": text(event, "terminalCall.importVoyageNumberOrReference.carrierVoyageNumber"),
            "voyage_out": text(event, "terminalCall.exportVoyageNumberOrReference.carrierVoyageNumber"),
            "vessel_id": vessel, "vessel_name": text(event, "vessel.vesselName"),
            "delay_codes": pick(event, "timestamp.delayReasonCodes") or [],
            "moves": _moves(forecasts),
            "quality_flags": flags,
        }  # fmt: skip
        yield from self._finished("berth", event, values, "AGENT DCSA-PORTCALL")

    def _entity(self, entity: Mapping[str, Any]) -> Iterator[Item]:
        vessel, flags = _vessel(
            {
                "vesselIMONumber": entity.get("imo"),
                "vesselMMSINumber": entity.get("mmsi"),
                "vesselName": entity.get("vesselName"),
            }
        )
        for moment, (classifier, call_event) in codes.ENTITY_TIMES.items():
            if entity.get(moment):
                values = {
                    "event_type": "PORT_CALL", "service": "BERTH", "call_event": call_event, "classifier": classifier,
                    "phase": "ALGS" if call_event == "ARRI" else "OUTB", "event_time": _utc(entity[moment]),
                    "unlocode_raw": text(entity, "portCode"), "port_call_id": text(entity, "portCallNumber"),
                    "voyage_in": text(entity, "voyageNumber"), "voyage_out": text(entity, "voyageNumber"),
                    "vessel_id": vessel, "vessel_name": text(entity, "vesselName"), "quality_flags": [*flags, "NO_TIME_ZONE"],
                }  # fmt: skip
                named = {"eventID": f"{text(entity, 'portCallNumber', 'id')}/{moment}"}
                yield from self._finished(
                    "berth", {**entity, **named}, values, "AGENT PCS", party=text(entity, "agentLegalCode", "portCode")
                )

    def _entity_event(self, event: Mapping[str, Any]) -> Iterator[Item]:
        subject, _, rest = text(event, "eventType").partition(".")
        moment, _, source = rest.partition(".")
        service, when = codes.ENTITY_SUBJECTS.get(subject), codes.ENTITY_MOMENTS.get(moment)
        if service is None or when is None:
            yield self._problem(
                "NOT_FOR_US", "eventType", text(event, "eventType"), "berth.ata.terminal and the like", "", WARNING
            )
            return
        context = dict(part.split(":", 1) for part in text(event, "eventContext").split(";") if ":" in part)
        vessel, flags = _vessel(
            {"vesselIMONumber": context.get("vesselImo") or context.get("imo"), "vesselName": context.get("vesselName")}
        )
        values = {
            "event_type": "PORT_CALL", "service": service, "call_event": when[1], "classifier": when[0],
            "phase": "OUTB" if when[1] == "DEPA" else "ALGS", "event_time": event.get("eventTime"),
            "record_time": event.get("recordTime"),
            "port_call_id": text(event, "portCallId", "portCallNumber"), "unlocode_raw": context.get("waypointAreaId", "")[:5],
            "vessel_id": vessel, "vessel_name": context.get("vesselName", ""), "quality_flags": flags,
        }  # fmt: skip
        yield from self._finished(
            "berth",
            {**event, "eventID": text(event, "eventID", "id")},
            values,
            f"AGENT {source.upper()}".strip(),
            party=text(event, "source"),
        )

    def _finished(
        self, kind: str, event: Mapping[str, Any], values: dict[str, Any], system: str, party: str = ""
    ) -> Iterator[Item]:
        port = self._port or facts.port_of(str(values.get("unlocode_raw") or ""))
        if not port:
            yield self._problem(
                "FOREIGN_PLACE", "UNLocationCode", str(values.get("unlocode_raw") or ""), "a port of the platform, or --port"
            )
            return
        flags = values["quality_flags"]
        event_id = text(event, "eventID")
        if not event_id:
            event_id = _digest(event)
            flags.append("NO_EVENT_ID")
            yield self._problem("NO_EVENT_ID", "eventID", "", "the event's own eventID", severity=WARNING)
        if is_country(terminal := values.get("terminal_code") or ""):
            del values["terminal_code"]
            flags.append(f"COUNTRY_AS_TERMINAL:{terminal}")
            yield self._problem("COUNTRY_AS_TERMINAL", "facilityCode", terminal, facts.TERMINAL_EXPECTED, severity=WARNING)
        values |= {
            "event_id": event_id if len(event_id) <= EVENT_ID_MAX else "D-" + hashlib.sha256(event_id.encode()).hexdigest(),
            "updated_time": pick(event, "eventUpdatedDateTime", "eventCreatedDateTime"),
            "raw_ref": event_id[:100], "port": port,
            "source_party": party or text(event, "eventRouting.originatingParty.partyCode", "publisher.partyName") or "DCSA",
            "source_system": system,
        }  # fmt: skip
        yield from finish(kind, {name: value for name, value in values.items() if value not in (None, "")}, port, self._tell)

    def _tell(self, severity: str, code: str, field: str, value: str, expected: str) -> Problem:
        return self._problem(code, field, value, expected, severity=severity)

    def _problem(self, code: str, element: str, value: str, expected: str, section: str = "", severity: str = ERROR) -> Problem:
        return Problem(
            severity, code, self._file, self._reference, self._number, element, value, expected, section, unit="event"
        )


def _digest(event: Mapping[str, Any]) -> str:
    """An id for an event that has none: of all that it says but when and whether it was said again or taken back."""
    said = {name: value for name, value in event.items() if name.lower() not in _OF_THE_TELLING}
    return "C-" + digest(json.dumps(said, sort_keys=True, ensure_ascii=False))


def _vessel(vessel: Any) -> tuple[str, list[str]]:
    name = text(vessel, "vesselName")
    for scheme, number in (("IMO", text(vessel, "vesselIMONumber")), ("MMSI", text(vessel, "vesselMMSINumber", "MMSINumber"))):
        if number:
            found = facts.vessel(number, scheme, name)
            return found.id, [found.flag] if found.flag else []
    found = facts.vessel("", "", name)
    return found.id, [found.flag] if found.flag else []


def _document(event: Mapping[str, Any], *types: str) -> str:
    """The reference of the document of the first of these types that is there; TRD is the transport document, which is the
    bill."""
    main = pick(event, "shipmentDetails.documentReference")
    more = objects(event, "shipmentDetails.additionalDocumentReferences") + objects(event, "documentReferences")
    found: dict[str, str] = {}
    for each in [*([main] if isinstance(main, Mapping) else []), *more]:
        kind = text(each, "typeCode", "documentReferenceType", "documentTypeCode")
        found.setdefault(kind, text(each, "reference", "documentReferenceValue", "documentReference"))
    return next((found[kind] for kind in types if found.get(kind)), "")


def _seals(seals: Sequence[Mapping[str, Any]]) -> list[dict[str, str]]:
    return [
        {"no": number, "issuer": text(seal, "sealSource", "source"), "type": text(seal, "sealType", "type")}
        for seal in seals
        if (number := text(seal, "sealNumber", "number"))
    ]


def _moves(forecasts: Sequence[Mapping[str, Any]]) -> dict[str, int] | None:
    """Planned moves over all carriers of the call."""
    if not forecasts:
        return None
    load, discharge, restow = (
        sum(_units(forecast, name) for forecast in forecasts) for name in ("loadUnits", "dischargeUnits", "restowUnits")
    )
    return {"planned": load + discharge + restow, "load": load, "discharge": discharge, "restow": restow}


def _units(forecast: Mapping[str, Any], name: str) -> int:
    total = pick(forecast, f"{name}.totalUnits.totalUnits", f"{name}.totalUnits")
    return total if isinstance(total, int) else 0


def _utc(moment: Any) -> Any:
    """Times of these entities often name no zone; the model says that they are UTC."""
    return f"{moment}Z" if isinstance(moment, str) and not moment.endswith("Z") and "+" not in moment else moment
