"""The page of the named queries, from their heads: what each answers, what it can be asked with, its columns."""

from __future__ import annotations

from ops import queries

_HEAD = """# Named queries 命名查询

Made from the heads of `ops/queries/*.sql` by `yigangtong schemas docs`; do not edit. One definition of each
figure, for all who ask:

- commands: `yigangtong query --list`, `yigangtong query --name leg_slack -p to_port=qingdao`;
- the API: `GET /api/v1/queries`, `GET /api/v1/queries/leg_slack?to_port=qingdao`, within what the one who asks may see;
- the pages of the control tower and Grafana's dashboards.

A text that is left out stands for all. `since` and `until` are times; left out, commands take the last seven days,
the API the seven days before the newest events. Queries about one vessel's call are asked by `yigangtong vessel` and
`/api/v1/vessels/{vessel}/readiness`.
"""


def page() -> str:
    """The page as Markdown."""
    return _HEAD + "".join(_part(name) for name in queries.names())


def _part(name: str) -> str:
    head = queries.head(name)
    rows = "".join(f"| `{c.name}` | {c.kind} | {c.unit} |\n" for c in head.columns)
    notes = "\n".join(f"> {line}" for line in head.notes.splitlines())
    asked = "" if queries.askable(name) else "Asked for a call of a vessel only. 仅按船舶靠港查询。\n\n"
    return f"\n## {name}\n\n{head.zh}\n\n{notes}\n\n{asked}| column | kind | unit |\n|---|---|---|\n{rows}"
