"""What officers do becomes evidence of the book that they name, or is refused with a reason for them."""

from __future__ import annotations

import pytest

from schemas.codec import encode
from schemas.examples import examples
from schemas.validate import read_batch
from streams.agents import operator
from streams.domain.evidence import OPERATOR
from streams.runtime.ports import Record

KIND = "operator-action"


def test_an_action_is_evidence_of_the_box_the_bill_the_vessel_or_the_sources_that_it_names() -> None:
    records = [examples(KIND)[name] for name in ("resubmit", "assign", "void", "acknowledge-source")]
    values = [encode(KIND, record) for record in records]
    decoded = read_batch(KIND, values, [""] * 4, operator.FIELDS)
    found = operator.evidence(decoded, [Record("t", 0, i, 1000, None, v) for i, v in enumerate(values)])
    assert [(e.book, e.key) for e in found] == [
        ("B", "CSQU3054383"), ("M", "QDBL0000001"), ("V", "IMO:2000121|qingdao"), ("S", "qingdao"),
    ]  # fmt: skip
    assert [(e.what, e.code, e.mode, e.ref, e.reason, e.extra) for e in found] == [
        (OPERATOR, r["action"], r["operator"], r["target_id"], r["comment"], r.get("assignee") or "") for r in records
    ]
    assert [e.corrects for e in found] == [""] * 4, "a void is no correction: it can be taken back"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"operator": ""}, "operator is ''; expected the name of the officer who acts"),
        ({"comment": None}, "comment is None; expected the reason, in the officer's words"),
        ({"target_id": "E1"}, "target_id is 'E1'; expected source_party|source_system|event_id"),
        ({"action": "OVERRIDE"}, "OVERRIDE is refused, the platform never decides for customs"),
    ],
    ids=["name", "reason", "target", "override"],
)
def test_what_is_refused_says_what_is_missing(change: dict[str, str | None], said: str) -> None:
    value = encode(KIND, {**examples(KIND)["void"], **change})
    (bad,) = read_batch(KIND, [value], [""], operator.FIELDS).bad
    assert said in bad.reason
