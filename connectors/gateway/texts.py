"""What the gateway says to people, English and Chinese: what is wrong, and what to do."""

from __future__ import annotations

from typing import Final

from connectors.reading.expected_texts import in_chinese
from schemas.errors import BAD_MAGIC, CORRUPT, UNKNOWN_SCHEMA, WRONG_KIND

#: HTTP status -> when it is given, for the documentation.
FAILURES: Final = {
    400: "the body cannot be read",
    401: "no API key, or an unknown one",
    403: "the key belongs to another port, or not to this kind",
    413: "the body is too large, or holds too many events",
    415: "the body's media type is not read here",
    429: "too much is under way, or this key sends too fast: wait as long as Retry-After says, and send it again",
    503: "Kafka does not answer: nothing is lost, send it again later",
}

_REQUESTS: Final = {
    "UNKNOWN_KEY": (
        "the API key is missing or unknown; send it as X-API-Key, and ask the platform's operator for one",
        "缺少或无法识别API密钥；请用X-API-Key发送，并向平台管理员申请",
    ),
    "OTHER_PORT": (
        "this API key belongs to the port {detail}; a port sends only its own events: use the key of the other port",
        "该API密钥属于港口{detail}；各港口只能发送本港事件，请使用对应港口的密钥",
    ),
    "OTHER_KIND": ("this API key may send {detail} only; ask for another key", "该API密钥只能发送{detail}；请另行申请密钥"),
    "MEDIA_TYPE": ("the Content-Type is not read here; use one of {detail}", "不支持该Content-Type；请使用{detail}之一"),
    "TOO_LARGE": (
        "the body is larger than {detail} bytes; send the events in several requests",
        "请求超过{detail}字节；请分多次发送",
    ),
    "TOO_MANY": ("{detail}", "{detail}"),
    "NOT_JSON": ("{detail}; nothing was taken: correct it and send it again", "{detail}；未接收任何事件，请更正后重发"),
    "NOT_AVRO": ("{detail}; nothing was taken: correct it and send it again", "{detail}；未接收任何事件，请更正后重发"),
    "BUSY": (
        "the platform is busy; nothing was taken: send the same request again after Retry-After seconds",
        "平台繁忙，未接收任何事件；请按Retry-After秒数等待后重发同一请求",
    ),
    "TOO_FAST": (
        "this API key may send {detail} events a second; nothing was taken: send the same request again after Retry-After "
        "seconds",
        "该API密钥每秒最多发送{detail}条事件，未接收任何事件；请按Retry-After秒数等待后重发同一请求",
    ),
    "KAFKA_AWAY": (
        "the platform cannot store events now; send the same request again: events that it did take count once",
        "平台暂时无法保存事件；请重发同一请求，已接收的事件只计一次",
    ),
    "REGISTRY_AWAY": (
        "the schema of these bytes cannot be looked up now; send the same request again",
        "暂时无法查询该数据的模式；请重发同一请求",
    ),
}

_PROBLEMS: Final = {
    "MISSING_FIELD": (
        "{field} is missing; expected {expected}. Add it and send the event again",
        "缺少{field}；应有：{expected}。请补充后重发该事件",
    ),
    "UNKNOWN_FIELD": (
        "there is no field {field}; expected {expected}. Correct its name, or leave it out, and send the event again",
        "没有字段{field}；应为：{expected}。请更正字段名或删除该字段后重发该事件",
    ),
    "TOO_LONG": (
        "{field} is too long ({value}); expected {expected}. Shorten it and send the event again",
        "{field}过长（{value}）；应为：{expected}。请缩短后重发该事件",
    ),
}  # fmt: skip
_ANY_PROBLEM: Final = (
    "{field} is '{value}'; expected {expected}. Correct it and send the event again",
    "{field}为“{value}”；应为：{expected}。请更正后重发该事件",
)
#: What cannot be read at all: what was expected stands in the reason.
_NO_EVENT: Final = (
    "the event cannot be read: {expected}. Correct it and send it again",
    "该事件无法读取：{expected}。请更正后重发",
)
_UNREADABLE: Final = frozenset(("NOT_JSON", BAD_MAGIC, UNKNOWN_SCHEMA, WRONG_KIND, CORRUPT))


def failure(code: str, detail: str) -> tuple[str, str]:
    """English and Chinese for a request of which nothing was taken."""
    en, zh = _REQUESTS[code]
    return en.format(detail=detail), zh.format(detail=in_chinese(detail))


def problem(code: str, field: str, value: str, expected: str) -> tuple[str, str]:
    """English and Chinese for one thing wrong with an event."""
    en, zh = _NO_EVENT if code in _UNREADABLE else _PROBLEMS.get(code, _ANY_PROBLEM)
    return (
        en.format(field=field or "the event", value=value, expected=expected),
        zh.format(field=field or "该事件", value=in_chinese(value) if " " in value else value, expected=in_chinese(expected)),
    )
