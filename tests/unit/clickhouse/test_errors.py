"""Which engine error means: again, take rows out, or stop."""

from __future__ import annotations

import pytest

from connectors.clickhouse.errors import BadRows, Misconfigured, QueryFailed, Retry, insert_error, query_error


@pytest.mark.parametrize(
    "code", [159, 160, 202, 203, 209, 210, 236, 241, 242, 243, 252, 279, 285, 319, 394, 425, 439, 999]
)
def test_a_busy_store_is_asked_again_without_end(code: int) -> None:
    error = insert_error(code, "busy")
    assert isinstance(error, Retry)
    assert error.attempts is None
    assert error.smaller == (code in {159, 241})


@pytest.mark.parametrize("code", [16, 47, 57, 60, 81, 115, 164, 192, 193, 194, 516])
def test_a_wrong_set_up_stops_the_writer(code: int) -> None:
    assert isinstance(insert_error(code, "wrong"), Misconfigured)


@pytest.mark.parametrize("code", [6, 26, 27, 38, 41, 53, 69, 70, 117, 131, 321, 349])
def test_a_wrong_value_is_the_rows_fault(code: int) -> None:
    assert isinstance(insert_error(code, "value"), BadRows)


@pytest.mark.parametrize("code", [0, 1000, 1001, 1002, 424242])
def test_what_cannot_be_placed_is_tried_five_times(code: int) -> None:
    error = insert_error(code, "?")
    assert isinstance(error, Retry)
    assert error.attempts == 5


@pytest.mark.parametrize("code", [36, 46, 47, 60, 62, 158, 159, 241, 395, 396])
def test_a_querys_own_fault_is_told_to_its_caller(code: int) -> None:
    assert isinstance(query_error(code, "query"), QueryFailed)


@pytest.mark.parametrize("code", [516, 81, 192])
def test_a_wrong_password_is_no_fault_of_the_query(code: int) -> None:
    assert isinstance(query_error(code, "access"), Misconfigured)


def test_a_server_that_is_away_is_asked_again() -> None:
    assert isinstance(query_error(210, "down"), Retry)
