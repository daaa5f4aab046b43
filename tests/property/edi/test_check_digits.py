"""The fast check digit against python-stdnum, which is slow and right."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from connectors.edi.facts import check_digit_right
from schemas.identifiers import container_ok


@given(st.from_regex(r"\A[A-Z]{4}[0-9]{7}\Z"))
def test_a_check_digit_is_right_when_python_stdnum_says_so(number: str) -> None:
    assert check_digit_right(number) == container_ok(number)


@given(st.from_regex(r"\A[A-Z]{3}[UJZ][0-9]{6}\Z"))
def test_exactly_one_check_digit_is_right(stem: str) -> None:
    right = [digit for digit in "0123456789" if check_digit_right(stem + digit)]
    assert len(right) == 1
    assert container_ok(stem + right[0])
