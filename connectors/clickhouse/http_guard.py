"""What may be asked of the embedded store over HTTP: one plain reading statement, judged by the engine's own parser.

``readonly = 1`` refuses writes and most table functions, but lets through ``INTO OUTFILE``, ``KILL QUERY``, ``USE``,
the scalar ``file('/any/path')``, ``DESCRIBE url(..)`` and more. So three layers stand before it, each read from what
the engine itself makes of the text, never from the text as it was sent:

1. the class of the statement (``classify_query``): READ_ONLY, and one statement;
2. its syntax tree (``EXPLAIN AST``): a known kind of statement, and no table function but a short list;
3. the names in its canonical text (``formatQuerySingleLine``): the tree does not show what stands in ``APPLY`` or in
   ``SHOW .. WHERE``, and shows a function that is passed by name as an identifier.

It protects a demo on loopback; it is no boundary against someone who may run code on the machine.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from connectors.clickhouse.errors import Misconfigured
from connectors.clickhouse.literals import quote

if TYPE_CHECKING:
    from chdb.session import Session

#: ``classify_query`` is reached through private attributes: another version needs the hostile statements' test again.
PINNED: Final = "4.4.0"

_KINDS: Final = frozenset(
    {
        "SelectWithUnionQuery", "SelectIntersectExceptQuery", "ShowTables", "ShowColumns", "ShowIndexes",
        "ShowFunctions", "Explain", "ShowCreateTableQuery", "ShowCreateViewQuery", "ShowProcesslistQuery",
        "DescribeQuery", "ExistsTableQuery", "ExistsViewQuery", "ExistsDatabaseQuery",
    }
)  # fmt: skip
_TABLE_FUNCTIONS: Final = frozenset(
    {
        "numbers",
        "numbers_mt",
        "zeros",
        "zeros_mt",
        "generateseries",
        "generate_series",
        "values",
        "view",
        "null",
        "format",
    }
)
# Read files, run text as a query, reach other hosts or load models: refused as a name anywhere outside string literals,
# because a function may be called without parentheses (arrayMap(file, ..), * APPLY file).
_BANNED: Final = frozenset(
    {"file", "eval", "python", "cluster", "catboostevaluate", "naivebayesclassifier", "addresstoline"}
)
# String literal | `name` | "name" | bare word, in canonical text.
_TOKEN: Final = re.compile(r"'(?:[^'\\]|\\.)*'|`((?:[^`\\]|\\.)*)`|\"((?:[^\"\\]|\\.)*)\"|(\w+)", re.DOTALL)
_SELF_TEST: Final = {
    "SELECT 1": "READ_ONLY",
    "INSERT INTO t SELECT 1": "MUTATING",
    "SELECT 1 INTO OUTFILE 'x'": "CONTROL",
}


class Refused(Exception):
    """A statement that is not let through; ``code`` as ClickHouse would answer it."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(f"Code: {code}. DB::Exception: {reason}")
        self.code = code


class Guard:
    """The layers before ``readonly = 1``, for one engine."""

    def __init__(self, session: Session) -> None:
        """Learn the engine's names. Raises Misconfigured if this is not the engine that the guard was tested on."""
        import chdb

        if chdb.__version__ != PINNED:
            raise Misconfigured(
                f"chdb {chdb.__version__} is not {PINNED}, which the read-only HTTP guard was tested with: "
                "run its tests with the new version, then raise PINNED"
            )
        for sql, expected in _SELF_TEST.items():
            if (found := _class_of(session, sql)[0]) != expected:
                raise Misconfigured(f"the embedded engine classifies {sql!r} as {found}, expected {expected}")
        self._table_functions = _names(session, "SELECT name FROM system.table_functions") - _TABLE_FUNCTIONS
        self._banned = _BANNED | _names(session, "SELECT name FROM system.functions WHERE match(name, '^(ai|AI)[A-Z]')")

    def check(self, session: Session, sql: str, params: Mapping[str, str]) -> str:
        """The engine's canonical text of ``sql``. Raises Refused, or the engine's error if it cannot be parsed.

        ``params`` are the values of ``{name:Type}`` parameters: of these, an Identifier can name a function.
        """
        if "\0" in sql:
            raise Refused(62, "the statement holds a NUL character")
        kind, count = _class_of(session, sql)
        if count > 1:
            raise Refused(62, "one statement per request")
        text = _ask(session, f"SELECT formatQuerySingleLine({quote(sql)})").strip()
        if count != 1 or kind != "READ_ONLY":
            raise Refused(164, f"this endpoint only reads; the statement is {kind}")
        # optimize = 0 stands first, so that the statement's own first words cannot be taken for EXPLAIN's settings.
        tree = _ask(session, f"EXPLAIN AST optimize = 0 {sql}")
        root = tree.split(None, 1)[0]
        if root not in _KINDS:
            raise Refused(164, f"statements of the kind {root} are not allowed here")
        if root.startswith("Exists") and re.search("[`{]", text):
            raise Refused(164, "EXISTS takes plain names only: a quoted one may be a path")
        if refused := sorted(self._refused_names(text, tree, params)):
            raise Refused(164, f"not allowed here: {', '.join(refused)}")
        return text

    def _refused_names(self, text: str, tree: str, params: Mapping[str, str]) -> set[str]:
        named: set[str] = set()
        called = {name.strip("`").lower() for name in re.findall(r"^ *Function (\S+)", tree, re.MULTILINE)}
        for token in _TOKEN.finditer(text):
            if name := token[1] or token[2] or token[3]:
                named.add(name.lower())
                if text[token.end() : token.end() + 1] == "(":
                    called.add(name.lower())
        if ":identifier}" in text.lower():
            if any("\\" in value for value in params.values()):
                raise Refused(36, "no escapes in parameters beside an Identifier parameter")
            named.update(word.lower() for value in params.values() for word in re.findall(r"\w+", value))
        return (named & self._banned) | (called & (self._table_functions | self._banned))


def _class_of(session: Session, sql: str) -> tuple[str, int]:
    """Class and number of statements in ``sql``."""
    # The only way to the engine's classifier in this version; PINNED and the self-test watch over it.
    connection: Any = session._conn
    says: dict[str, Any] = connection._conn.classify_query(sql)
    return says["query_class"].name, says["statement_count"]


def _ask(session: Session, sql: str) -> str:
    return str(session.query(sql, "TSVRaw").data())


def _names(session: Session, sql: str) -> set[str]:
    return {name.lower() for name in _ask(session, sql).split()}
