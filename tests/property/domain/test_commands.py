"""Commands are facts of the world: at rest customs holds exactly one live report for each case that is ready (design 3)."""

from __future__ import annotations

import random
from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from streams.domain.evidence import Evidence
from tests.property.domain.customs import WithCustoms, day
from tests.property.domain.soups import contested_exports, thorough


@settings(thorough, max_examples=500)
@given(contested_exports(), st.integers(0, 2**32 - 1))
def test_at_rest_customs_holds_one_report_per_ready_case(soup: list[Evidence], seed: int) -> None:
    """Reports are read back, answered, and by officers deleted and made anew, in any order; :class:`WithCustoms` also
    refuses a report that is sent twice."""
    ports = WithCustoms(random.Random(seed), 1 + seed % 2, seed).in_disorder(soup)
    ports.wait_for_answers()
    ready: Counter[tuple[str, str, int]] = Counter()
    for (table, _), row in ports.store.shown().items():
        if table == "arrival_cases" and row["message_type"] != "MT5101" and row["state"] not in ("WAITING", "NEED"):
            assert row["state"] in ("ACKED", "REJECTED", "DELETED"), f"at rest every report is read back and answered: {row}"
            ready[row["container_no"], row["case_id"], day(row["triggered_at"])] += row["state"] == "ACKED"
    assert ports.held() == +ready
