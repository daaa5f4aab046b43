"""Messages for the tests, as senders would write them."""

from __future__ import annotations

from collections.abc import Sequence

from connectors.edi import Profile

#: A box number with a right check digit.
BOX = "CSQU3054383"
OTHER_BOX = "MSCU1234566"
VESSEL = "TDT+20+FK243A+1++COS:172:166+++9399038:146::MSC BETTINA"
GATE_BOX = (
    f"EQD+CN+{BOX}+22G1:102:5++2+5", "RFF+BM:QDBL1", "DTM+7:20261124170501:204", "LOC+165+CNYAT:139:6+YPCT",
    "MEA+AAE+G+KGM:24500", "SEL+H53175+CU+1", "TDT+1++3+31++++LUB12345",
)  # fmt: skip
QUAY_BOX = (
    f"EQD+CN+{BOX}+22G1:102:5++3+5", "RFF+BM:QDBL1", "DTM+203:202611241705:203", "LOC+147+0191006:139:5",
    "LOC+9+USLGB:139:6", "LOC+11+CNYAT:139:6", "LOC+165+CNYAT:139:6+YPCT",
)  # fmt: skip
STRICT = Profile("YTPORT", "YPCT", "yantai", strict=True)


def message(
    boxes: Sequence[str], *, kind: str = "CODECO", code: str = "34", document: str = "DOC1", function: str = "9",
    about: str = "", made: str = "DTM+137:20261124173000:204", vessel: str = VESSEL, directory: str = "95B",
    reference: str = "1", count: str = "", trailer: str = "",
) -> list[str]:  # fmt: skip
    """The segments of one message; ``count`` and ``trailer`` (reference in UNT) where they shall be wrong."""
    segments = [f"UNH+{reference}+{kind}:D:{directory}:UN:ITG10", f"BGM+{code}+{document}+{function}"]
    segments += [f"RFF+ACW:{about}"] if about else []
    segments += [made] if made else []
    segments += [vessel] if vessel else []
    segments += ["NAD+MS+YTPORT:160:ZZZ", *boxes, f"CNT+16:{sum(s.startswith('EQD') for s in boxes)}"]
    return [*segments, f"UNT+{count or len(segments) + 1}+{trailer or reference}"]


def quay(boxes: Sequence[str], **given: str) -> list[str]:
    """A COARRI: a discharge unless ``code`` says otherwise."""
    return message(boxes, **{"kind": "COARRI", "code": "44", **given})


def interchange(
    *messages: Sequence[str], sender: str = "YTPORT", count: str = "", trailer: str = "", made: str = "261124:1730",
    syntax: str = "UNOA",
) -> bytes:  # fmt: skip
    """The bytes of one interchange."""
    segments = [f"UNB+{syntax}:2+{sender}+YGT+{made}+000001", *(s for m in messages for s in m)]
    segments.append(f"UNZ+{count or len(messages)}+{trailer or '000001'}")
    return text(segments)


def text(segments: Sequence[str]) -> bytes:
    """Segments with their terminators, one a line."""
    return "".join(f"{segment}'\n" for segment in segments).encode()


def flat(*records: str, count: str = "") -> bytes:
    """A flat file; record 99 counts the records unless ``count`` says otherwise."""
    return text([*records, f"99:{count or len(records) + 1}"])


GATE_IN_HEAD = "00:CODECO:GATE-IN REPORT:9:WHPORT:YGT:202611241730"
GATE_VESSEL = "10:UN9399038:MSC BETTINA:FK243A:COSU:COSCO:E"
GATE_IN_BOX = f"50:{BOX}:22GP:F:E::QDBL1:24500:H53175:202611241705"
QUAY_HEAD = "00:COARRI:DISCHARGE REPORT:9:WHPORT:YGT:202611241730"
QUAY_VESSEL = "10:UN9321483:KING OF THE SEAS:2103N:CN:Y:202611240200:202611241900:202611240300:202611241100:::1"
QUAY_BOX_50 = f"50:{BOX}:45HC:COSU:COSCO:F:QDBL2:1566180:0261586:20261124040501"
QUAY_BOX_52 = "52:CNWEI:WEIHAI:USLGB:LONG BEACH:CNRZH:RIZHAO:25550"
