"""The field's words in Chinese and English, for people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

STATES: Final = {
    "ARRIVAL_PENDING": "待运抵确认 arrival report pending", "ARRIVED": "已运抵 arrival confirmed",
    "CUSTOMS_RELEASED": "海关已放行 released by customs", "LOAD_RELEASED": "装载已放行 released for loading",
    "TERMINAL_RELEASED": "码头已放行 released by the terminal", "LOADED": "已装船 loaded", "SAILED": "已开航 sailed",
    "DISCHARGED": "已卸船 discharged", "TALLIED": "已理货 tallied", "BILL_RELEASED": "提单已放行 bill released",
    "GATED_IN": "已进场 in the yard", "GATED_OUT": "已出场 left by gate", "EMPTY_RETURNED": "空箱已返场 empty returned",
}  # fmt: skip
STEPS: Final = {
    "IMPORT_ORIGINAL_MANIFEST": "原始舱单 import manifest", "IMPORT_CUSTOMS_DECLARED": "报关单审结 declared",
    "IMPORT_UNLOADED": "卸船 discharged", "IMPORT_TALLY_REPORT": "理货报告 tally report",
    "IMPORT_CUSTOMS_RELEASE": "报关单放行 customs release", "IMPORT_BILL_RELEASE": "提单放行 bill release",
    "IMPORT_TERMINAL_RELEASE": "码头放行 terminal release", "IMPORT_CONTAINER_LEAVE_PORT": "箱子离港 left the port",
    "IMPORT_EMPTY_RETURN": "空箱返场 empty return", "EXPORT_PRE_STOWAGE_MANIFEST": "预配舱单 pre-stowage manifest",
    "EXPORT_CUSTOMS_DECLARED": "报关单审结 declared", "EXPORT_PACKING_LIST": "装箱单 packing list",
    "EXPORT_VGM_CONFIRMED": "VGM确认 verified gross mass", "EXPORT_LADEN_CONTAINER_GATE_IN": "重箱集港 laden gate-in",
    "EXPORT_ARRIVAL_REPORT": "运抵报告 arrival report accepted", "EXPORT_CUSTOMS_RELEASE": "报关单放行 customs release",
    "EXPORT_LOADING_RELEASE": "装载放行 loading release", "EXPORT_TERMINAL_RELEASE": "码头放行 terminal release",
    "EXPORT_TALLY_RELEASE": "外理放行 tally release", "EXPORT_CONTAINER_LOADED_ON_VESSEL": "箱子装船 loaded",
    "EXPORT_TALLY_REPORT": "理货报告 tally report", "WATERWAY_BILL": "水路运单 waterway bill", "GATE_IN": "进场 gate-in",
    "UNLOADED": "卸船 discharged", "TERMINAL_RELEASE": "码头放行 terminal release", "LOADED": "装船 loaded",
    "GATE_OUT": "出场 gate-out", "LIFT_HOLD": "解除布控 lift the hold", "LEAVE": "可以离港 may leave",
}  # fmt: skip


def both(words: Mapping[str, str], key: str) -> str:
    """The words for a key; an unknown key is shown as it is."""
    return words.get(key, key)
