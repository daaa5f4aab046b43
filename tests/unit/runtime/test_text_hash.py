"""Hashes of string columns: equal for equal texts, wherever they lie."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.runtime import text_hash
from streams.runtime.text_hash import Few, mixed, text_hashes

TEXTS = st.lists(st.one_of(st.none(), st.text(st.characters(codec="utf-8", min_codepoint=1), max_size=12)), max_size=30)


@given(TEXTS, st.integers(0, 5))
def test_equal_texts_have_equal_hashes_and_others_have_not(texts: list[str | None], skip: int) -> None:
    column = pa.array(texts, pa.string())
    hashes = dict(zip([t or "" for t in texts], text_hashes(column).tolist(), strict=True))
    assert len(set(hashes.values())) == len(hashes)
    assert text_hashes(column.slice(skip)).tolist() == [hashes[t or ""] for t in texts[skip:]]
    assert Few(column).hashes().tolist() == [hashes[t or ""] for t in texts]


def test_a_column_that_is_very_long_is_hashed_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text_hash, "_MOST_BYTES", 3)
    a, b, none, again = text_hashes(pa.array(["abc", "abd", None, "abc"])).tolist()
    assert a == again and len({a, b, none}) == 3 and none == 0


def test_the_order_of_mixed_columns_counts() -> None:
    x, y = np.array([1, 2], np.int64), np.array([2, 1], np.int64)
    assert mixed(x, y).tolist() != mixed(y, x).tolist()
    assert mixed(x, y)[0] == mixed(x[:1], y[:1])[0]
