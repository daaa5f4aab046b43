"""The fast check digit against python-stdnum, which is slow and right."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from schemas.identifiers import container_ok, container_ok_slowly


@given(st.from_regex(r"\A[A-Z]{4}[0-9]{7}\Z") | st.from_regex(r"\A[A-Z]{3}[UJZR][0-9]{7}\Z"))
def test_a_check_digit_is_right_when_python_stdnum_says_so(number: str) -> None:
    assert container_ok(number) == container_ok_slowly(number)


@given(st.from_regex(r"\A[A-Z]{3}[UJZ][0-9]{6}\Z"))
def test_exactly_one_check_digit_is_right(stem: str) -> None:
    right = [digit for digit in "0123456789" if container_ok(stem + digit)]
    assert len(right) == 1
    assert container_ok_slowly(stem + right[0])


@given(st.text(max_size=12))
@example("A_BU1234567")
@example("ÄBCU1234567")
@example("ABCU123456٧")
def test_text_of_any_kind_gets_an_answer(text: str) -> None:
    """python-stdnum raises for some of these: a box of that name would have stopped its worker."""
    assert isinstance(container_ok(text), bool)
