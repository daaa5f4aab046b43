"""Where the declared line of a box says something else than its moves, or calls for a permit; import and export."""

from __future__ import annotations

from typing import Any, Final

from ops.simulate import papers
from ops.simulate.cargo import Box
from ops.simulate.clock import HOUR, MINUTE
from ops.simulate.sheet import Sheet

#: What a quirk of the line raises, by name; near misses raise nothing.
_RAISED: Final = {
    "size_mismatch": "SIZE_TYPE_MISMATCH", "seal_mismatch": "SEAL_MISMATCH", "seal_resealed": "SEAL_MISMATCH",
    "ef_mismatch_line": "EF_MISMATCH", "ef_mismatch_move": "EF_MISMATCH", "dg_no_permit": "DG_NO_PERMIT",
    "dg_permit_late": "DG_NO_PERMIT", "dg_permit_revoked": "DG_NO_PERMIT",
}  # fmt: skip
#: Other names of the same size types.
_NAMES: Final = {"22G1": "20GP", "42G1": "4300", "45G1": "40HQ", "45R1": "4532"}
_OTHERS: Final = {"22G1": "42G1", "42G1": "22G1", "45G1": "42G1", "45R1": "45G1"}


def seals(number: str) -> list[dict[str, str]]:
    """A list of one seal, as events have it."""
    return [{"no": number, "issuer": "CA"}]


def stated(quirk: str, box: Box) -> dict[str, Any]:
    """What differs on the line (PREPARED or ORIGINAL) of a box."""
    match quirk:
        case "size_mismatch":
            return {"iso_type": _OTHERS[box.iso]}
        case "size_other_name":
            return {"iso_type": _NAMES[box.iso]}
        case "size_unknown":
            return {"iso_type": "99Z9"}
        case "seal_mismatch" | "seal_amended" | "seal_inspected" | "seal_resealed":
            return {"seals": seals("XY" + box.seal[2:])}
        case "two_seals":
            return {"seals": [*seals("B" + box.seal), *seals("A" + box.seal)]}
        case "ef_mismatch_line":
            return {"ef": "E"}
        case "dg_no_permit" | "dg_permit_late" | "dg_permit_revoked" | "dg_permit_near":
            return {"dg": {"imdg": "3", "un": "1993"}}
    return {}


def judge(sheet: Sheet, quirk: str, box: Box) -> None:
    """The truth of such a line, for a box that came and, with dangerous goods, was loaded."""
    if code := _RAISED.get(quirk):
        sheet.raised(code, box.no)


def inspect(sheet: Sheet, port: str, bill: str, box: Box, opened_at: int, resealed_at: int) -> None:
    """Customs opens a box, and seals it again."""
    for at, step in ((opened_at, "OPENED"), (resealed_at, "RESEALED")):
        papers.release(sheet, port, at, "DECLARATION", bill, box.no, action="INSPECT_STEP", reason_code=step)


def inspect_around(sheet: Sheet, port: str, bill: str, box: Box, quirk: str, opening: int) -> None:
    """An inspection that is open when the box comes with a new seal, or is over by then."""
    if quirk == "seal_inspected":
        inspect(sheet, port, bill, box, opening - sheet.between(HOUR, 2 * HOUR), opening + sheet.between(MINUTE, HOUR))
    elif quirk == "seal_resealed":
        inspect(sheet, port, bill, box, opening - 2 * HOUR, opening - sheet.between(10 * MINUTE, 30 * MINUTE))


def permit(sheet: Sheet, port: str, bill: str, box: Box, quirk: str, loaded_at: int) -> None:
    """The permit for dangerous goods (危险品): none, too late, taken back, or just in time."""
    at = loaded_at - sheet.between(HOUR, 2 * HOUR)
    if quirk == "dg_permit_near":
        at = loaded_at - sheet.between(30_000, 2 * MINUTE)
    elif quirk == "dg_permit_late":
        at = loaded_at + sheet.between(MINUTE, 30 * MINUTE)
    elif quirk != "dg_permit_revoked":
        return
    papers.release(sheet, port, at, "DG", bill, box.no)
    if quirk == "dg_permit_revoked":
        papers.release(sheet, port, at + 20 * MINUTE, "DG", bill, box.no, action="REVOKE", reason_text="申报不实")
