"""Values as ClickHouse literals: parameters are bound here, the same way for every engine.

Server-side ``{name:Type}`` parameters do not exist on 18.16, so ``%(name)s`` is replaced by a quoted literal before the
text is sent. A placeholder inside a string literal or a quoted name of the statement is left alone.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

_PLACEHOLDER: Final = re.compile(
    r"""'(?:[^'\\]|\\.)*'|`(?:[^`\\]|\\.)*`|"(?:[^"\\]|\\.)*"|--[^\n]*|/\*.*?\*/|%\((\w+)\)s""", re.S
)


def bind(sql: str, params: Mapping[str, Any] | None, time_step_ms: int = 1) -> str:
    """``sql`` with each ``%(name)s`` replaced by the literal of ``params[name]``.

    Raises ValueError naming a parameter that the statement wants and the caller did not give, and TypeError for a value
    that has no literal.
    """
    if params is None:
        return sql

    def replace(match: re.Match[str]) -> str:
        name = match[1]
        if name is None:
            return match[0]
        if name not in params:
            raise ValueError(f"the query wants a parameter {name!r}; given: {', '.join(params) or 'none'}")
        return literal(params[name], time_step_ms)

    return _PLACEHOLDER.sub(replace, sql)


def literal(value: Any, time_step_ms: int = 1) -> str:
    """``value`` as a literal of ClickHouse SQL; times to the step that the engine has."""
    match value:
        case None:
            return "NULL"
        case bool():
            return "1" if value else "0"
        case int():
            return str(value)
        case float():
            if not math.isfinite(value):
                return {math.inf: "inf", -math.inf: "-inf"}.get(value, "nan")
            return repr(value)
        case str():
            return quote(value)
        case bytes():
            return "'" + "".join(f"\\x{byte:02x}" for byte in value) + "'"
        case datetime():
            return _time(value, time_step_ms)
        case tuple():
            if not value:
                raise ValueError("an empty tuple cannot stand behind IN: leave the query out, its answer is empty")
            return f"({', '.join(literal(item, time_step_ms) for item in value)})"
        case list():
            return f"[{', '.join(literal(item, time_step_ms) for item in value)}]"
    raise TypeError(f"a {type(value).__name__} cannot be a query parameter: {value!r}")


def quote(text: str) -> str:
    """``text`` as a string literal; NUL is escaped because old parsers end the statement there."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'").replace("\0", "\\0") + "'"


def identifier(name: str) -> str:
    """``name`` as a quoted identifier."""
    return "`" + name.replace("\\", "\\\\").replace("`", "\\`") + "`"


def _time(value: datetime, time_step_ms: int) -> str:
    if value.tzinfo is None:
        raise TypeError(f"a time without zone cannot be a query parameter: {value!r}; give it in UTC")
    # A plain string literal, not toDateTime64(..): compared with a key column it still prunes parts and granules.
    text = value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")
    return f"'{text}'" if time_step_ms == 1000 else f"'{text}.{value.microsecond // 1000:03d}'"
