"""An alert in words, for people who may read it on a telephone: what, where, who must act, what to do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta, timezone
from typing import Any, Final

from schemas.details import in_words

Alert = Mapping[str, Any]
_BEIJING: Final = timezone(timedelta(hours=8))
_STATES: Final = {
    "RAISED": "发生 raised", "RESOLVED": "已解除 over", "WITHDRAWN": "撤回，原告警有误 withdrawn, nothing was wrong",
}  # fmt: skip
_SEVERITIES: Final = {
    "critical": "【紧急 critical】", "high": "【重要 high】", "medium": "【一般 medium】", "low": "【提示 low】",
    "info": "【信息 info】",
}  # fmt: skip


def title(alerts: Sequence[Alert]) -> str:
    """One line for one alert or several."""
    first = alerts[0]
    more = f" 等 {len(alerts)} 条 and {len(alerts) - 1} more" if len(alerts) > 1 else ""
    return f"{_SEVERITIES.get(first['severity'], '')}{first['subject']} {first['code']} {_state(first)}{more}"


def body(alerts: Sequence[Alert]) -> str:
    """All of them, with an empty line between."""
    return "\n\n".join(map(_one, alerts))


def _one(alert: Alert) -> str:
    at = alert["updated_at"] or alert["raised_at"]
    when = datetime.fromtimestamp(at / 1000, _BEIJING).strftime("%Y-%m-%d %H:%M")
    lines = [
        title([alert]),
        alert.get("text_zh") or "",
        alert.get("text_en") or "",
        *dict.fromkeys(in_words(alert.get("detail") or "")),
        f"港口 port: {alert.get('port') or '—'}　责任方 owner: {alert.get('owner') or '—'}　北京时间 Beijing: {when}",
    ]
    if alert["state"] == "RAISED" and alert.get("action"):
        lines.append(f"处理 what to do: {alert['action']}")
    return "\n".join(filter(None, lines))


def _state(alert: Alert) -> str:
    return _STATES.get(alert["state"], str(alert["state"]))
