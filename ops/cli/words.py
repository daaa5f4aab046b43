"""The field's words in Chinese and English, for people."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

import typer

from schemas.reference import load_reference

#: "已装船 loaded": up to the last Chinese character, and what follows.
_HALVES: Final = re.compile(r"^(.*[\u3000-\u9fff\uff00-\uffef])\s+(\S.*)$")
STATES: Final = {
    "ARRIVAL_PENDING": "待运抵确认 arrival report pending", "ARRIVED": "已运抵 arrival confirmed",
    "CUSTOMS_RELEASED": "海关已放行 released by customs", "LOAD_RELEASED": "装载已放行 released for loading",
    "TERMINAL_RELEASED": "码头已放行 released by the terminal", "LOADED": "已装船 loaded", "SAILED": "已开航 sailed",
    "DISCHARGED": "已卸船 discharged", "TALLIED": "已理货 tallied", "DIVERTED": "已分流 at another site",
    "TRANSHIP_PERMITTED": "已准转运 transhipment permitted", "BILL_RELEASED": "提单已放行 bill released",
    "ABANDONED": "久无记录 nothing heard for 60 days",
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
    "IMPORT_INSPECTION_MAIN": "查验 inspection", "EXPORT_INSPECTION_MAIN": "查验 inspection",
    "IMPORT_DIVERSION_APPLY": "分流申请 diversion asked for", "IMPORT_DIVERSION_RELEASE": "分流放行 diversion approved",
    "IMPORT_DIVERSION_ARRIVAL": "分流运抵 at the off-dock yard",
    "IMPORT_DECONSOLIDATION_APPLY": "分拨申请 deconsolidation asked for",
    "IMPORT_DECONSOLIDATION_RELEASE": "分拨放行 deconsolidation approved",
    "IMPORT_DECONSOLIDATION_ARRIVAL": "分拨运抵 at the CFS", "IMPORT_STRIPPED": "拆箱 goods taken out",
    "TRANSHIP_PERMIT": "国际转运准单 transhipment permit", "EXPORT_TALLY_REPORT": "理货报告 tally report",
    "EMPTY_DISPATCH_NOTICE": "空箱调运通知 dispatch notice of an empty", "EMPTY_TALLY_REPORT": "空箱理货 tally of an empty",
    "VOYAGE_CLEARANCE": "船舶结关 voyage cleared", "WATERWAY_BILL": "水路运单 waterway bill", "GATE_IN": "进场 gate-in",
    "UNLOADED": "卸船 discharged", "TERMINAL_RELEASE": "码头放行 terminal release", "LOADED": "装船 loaded",
    "GATE_OUT": "出场 gate-out", "LIFT_HOLD": "解除布控 lift the hold", "LEAVE": "可以离港 may leave",
    "SEAL_CHAIN": "封志不符，待海关重新放行 seal did not hold on a leg: customs must release anew",
}  # fmt: skip
CASES: Final = {
    "NEED": "将到达 to come", "WAITING": "等待条件 waiting", "TRIGGERED": "已触发 triggered", "CHECKED": "待发送 to be sent",
    "SENT": "已发送待回执 sent, no answer yet", "ACKED": "海关已接受 accepted by customs",
    "REJECTED": "海关拒收 rejected by customs", "DELETED": "已删除 deleted",
}  # fmt: skip
ACTIONS: Final = {
    "ACKNOWLEDGE": "已确认 acknowledged", "ASSIGN": "已指派 assigned", "COMMENT": "备注 comment",
    "RESUBMIT": "重报 resubmitted", "DELETE": "删除 deleted", "VOID": "作废 void", "UNVOID": "恢复 void taken back",
}  # fmt: skip

#: Who must act, as the reference data names them.
OWNERS: Final = {
    "customs": "海关", "terminal": "码头", "shipper": "发货人", "consignee": "收货人", "carrier": "船公司",
    "carrier agent": "船代", "manifest sender": "舱单传输人", "feeder operator": "支线船公司", "tally": "理货公司",
    "sender": "数据发送方", "platform": "平台运维",
}  # fmt: skip


def both(words: Mapping[str, str], key: str) -> str:
    """The words for a key; an unknown key is shown as it is."""
    return words.get(key, key)


def halves(text: str) -> tuple[str, str]:
    """What was written in Chinese and then in English; a text in one language alone is both."""
    found = _HALVES.match(text)
    return (found[1], found[2]) if found else (text, text)


class Say:
    """Puts a text into the language that was asked for: zh, en, or both."""

    def __init__(self, lang: str) -> None:
        """Raises BadParameter for another language."""
        if lang not in ("", "zh", "en"):
            raise typer.BadParameter(f"{lang!r} is no language: --lang takes zh or en")
        self._lang = lang

    def __call__(self, zh: str, en: str) -> str:
        """The text; one that is the same in both stands once."""
        if self._lang == "zh":
            return zh or en
        if self._lang == "en" or not zh or zh == en:
            return en
        return f"{zh} {en}" if en else zh


def word(words: Mapping[str, str], key: str, say: Say) -> str:
    """The words for a key; an unknown key is shown as it is."""
    return say(*halves(both(words, key)))


def owner(name: str, say: Say) -> str:
    """Who must act."""
    return say(OWNERS.get(name, name), name)


def port_name(slug: str, say: Say) -> str:
    """A port by its name."""
    port = load_reference().ports.get(slug)
    return say(port.zh, port.en) if port is not None else slug
