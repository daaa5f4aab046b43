"""What the fuzzer begins with: one small right message for each parser, so that it need not invent the grammar."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from tests.unit.customs.test_customs_incoming import message as manifest
from tests.unit.edi.building import (
    GATE_BOX,
    GATE_IN_BOX,
    GATE_IN_HEAD,
    GATE_VESSEL,
    QUAY_BOX_50,
    QUAY_BOX_52,
    QUAY_HEAD,
    QUAY_VESSEL,
    flat,
    interchange,
    message,
)

_EXAMPLES: Final = Path(__file__).parents[2] / "docs" / "examples"
#: The mapping of the table parser.
MAPPING: Final = _EXAMPLES / "gate-mapping.yaml"
_LEFT: Final = "00:VESDEP:VESSEL DEPARTURE:9:WHPORT:YGT:202611241905"
_SHIP: Final = "10:UN9321483:KING OF THE SEAS:2103S:COSU:COSCO:CN:Y:202611241830:202611241900:202611240200"
_RECEIPT: Final = (
    "<Manifest><Head><MessageID>R-1</MessageID><MessageType>MT9999</MessageType><SendTime>20260301080000000</SendTime>"
    "<Version>1.0</Version></Head><Response><MessageID>M-1</MessageID><ResponseType><Code>01</Code></ResponseType></Response>"
    "</Manifest>"
)


def seeds(parser: str) -> list[bytes]:
    """The beginnings for a parser."""
    if parser == "edifact":
        return [interchange(message(GATE_BOX)), interchange(message(GATE_BOX), syntax="UNOX")]
    if parser == "flat":  # the target puts "00:" before it
        files = (flat(GATE_IN_HEAD, GATE_VESSEL, GATE_IN_BOX), flat(QUAY_HEAD, QUAY_VESSEL, QUAY_BOX_50, QUAY_BOX_52),
                 flat(_LEFT, _SHIP, "15:202611240300:202611241100"))  # fmt: skip
        return [file.removeprefix(b"00:") for file in files]
    if parser == "customs":
        return [manifest().encode(), manifest("MT8104").encode()]
    if parser == "receipt":
        return [_RECEIPT.encode(), b"<PlatImpRet><MessageID>M-1</MessageID><ResultCode>0</ResultCode></PlatImpRet>"]
    name = "dcsa.json" if parser == "dcsa" else "gate.csv"
    return [(_EXAMPLES / name).read_bytes()]
