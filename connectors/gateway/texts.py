"""What the gateway says to people, English and Chinese: what is wrong, and what to do."""

from __future__ import annotations

from typing import Final

from connectors.reading.expected_texts import in_chinese

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
        "this API key belongs to the port {detail}; a port sends only its own events",
        "该API密钥属于港口{detail}；各港口只能发送本港事件",
    ),
    "OTHER_KIND": ("this API key may send {detail} only; ask for another key", "该API密钥只能发送{detail}；请另行申请密钥"),
    "MEDIA_TYPE": ("the Content-Type is not read here; use one of {detail}", "不支持该Content-Type；请使用{detail}之一"),
    "TOO_LARGE": (
        "the body is larger than {detail} bytes; send the events in several requests",
        "请求超过{detail}字节；请分多次发送",
    ),
    "TOO_MANY": ("{detail}", "请求内事件过多，请分多次发送（{detail}）"),
    "NOT_JSON": ("{detail}; nothing was taken", "请求不是JSON，未接收任何事件（{detail}）"),
    "NOT_AVRO": ("{detail}; nothing was taken", "请求不是Avro文件，未接收任何事件（{detail}）"),
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
    "MISSING_FIELD": ("{field} is missing; expected {expected}", "缺少{field}；应为：{expected}"),
    "UNKNOWN_FIELD": ("there is no field {field}; expected {expected}", "没有字段{field}；应为：{expected}"),
    "FOREIGN_PORT": ("{field} is '{value}'; expected {expected}", "{field}为“{value}”；各港口只能发送本港事件（{expected}）"),
    "FOREIGN_PARTY": ("{field} is '{value}'; expected {expected}", "{field}为“{value}”；不得代其他单位发送（{expected}）"),
    "TOO_LONG": ("{field} is too long ({value}); expected {expected}", "{field}过长（{value}）；应为：{expected}"),
    "NOT_JSON": ("this is no event: {expected}", "这不是事件：{expected}"),
}
_ANY_PROBLEM: Final = ("{field} is '{value}'; expected {expected}", "{field}为“{value}”；应为：{expected}")


def failure(code: str, detail: str) -> tuple[str, str]:
    """English and Chinese for a request of which nothing was taken."""
    en, zh = _REQUESTS[code]
    return en.format(detail=detail), zh.format(detail=in_chinese(detail))


def problem(code: str, field: str, value: str, expected: str) -> tuple[str, str]:
    """English and Chinese for one thing wrong with an event."""
    en, zh = _PROBLEMS.get(code, _ANY_PROBLEM)
    words = {"field": field or "event 事件", "value": value, "expected": expected}
    return en.format(**words), zh.format(**words | {"expected": in_chinese(expected)})
