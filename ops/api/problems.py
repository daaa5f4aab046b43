"""Why there is no answer: each as a status and two lines that a person can act on."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse

from connectors.clickhouse.errors import StoreError
from connectors.kafka.errors import KafkaProblem
from ops.actions import NotPossible
from ops.api.models import Failure
from ops.api.office import Forbidden, Hidden
from ops.queries import NoSuchQuery, WrongParameter


class Stranger(PermissionError):
    """Nobody knows who asks."""


class FromElsewhere(PermissionError):
    """A browser sends it on behalf of another site."""


class Problem(NamedTuple):
    """What is said. ``{}`` in the texts: the error's own words."""

    status: int
    code: str
    en: str
    zh: str


PROBLEMS: Final[dict[type[Exception], Problem]] = {
    Stranger: Problem(401, "WHO_ARE_YOU", "Log in first.", "请先登录。"),
    FromElsewhere: Problem(403, "FROM_ELSEWHERE", "Another site may not act here.", "不接受来自其他网站的操作。"),
    Forbidden: Problem(
        403, "MAY_NOT_ACT", "You may look, but not act. Ask for the role operator.", "您只有查看权限，请申请操作员角色。",
    ),
    Hidden: Problem(
        404, "NOT_KNOWN", "{} is not known, or not yours to see. Check the number; is its port connected?",
        "没有{}的记录，或您无权查看。请核对号码，并确认该港已接入。",
    ),
    NoSuchQuery: Problem(
        404, "NO_SUCH_QUERY", "There is no named query {}. The list is at /api/v1/queries.",
        "没有名为{}的查询。查询清单见 /api/v1/queries。",
    ),
    WrongParameter: Problem(
        400, "WRONG_PARAMETER", "{}. The list at /api/v1/queries says what each query wants.",
        "{}。各查询的参数见 /api/v1/queries。",
    ),
    RequestValidationError: Problem(
        422, "NOT_READABLE", "The question cannot be read: {}. Correct it and ask again.",
        "请求无法识别：{}。请更正后重试。",
    ),
    NotPossible: Problem(409, "NOT_POSSIBLE", "{}", "{}"),
    StoreError: Problem(
        503, "STORE_AWAY", "The database does not answer: {}. Try again; if it stays so, call the engineer on call.",
        "数据库没有应答：{}。请稍后再试；若仍如此，请联系值班工程师。",
    ),
    KafkaProblem: Problem(
        503, "KAFKA_AWAY", "The action could not be taken down: {}. Try again.", "操作未能保存：{}。请重试。",
    ),
}  # fmt: skip
#: The errors that have an answer.
ANSWERED: Final = tuple(PROBLEMS)
ANSWERS: Final[dict[int | str, dict[str, Any]]] = {
    status: {"model": Failure} for status in sorted({problem.status for problem in PROBLEMS.values()})
}


def _problem(error: Exception) -> Problem:
    return next(found for kind, found in PROBLEMS.items() if isinstance(error, kind))


def answer_words(error: Exception) -> tuple[str, str]:
    """What is said of one of PROBLEMS, in Chinese and English."""
    problem = _problem(error)
    said = _at_fault(error) if isinstance(error, RequestValidationError) else str(error)
    in_chinese = error.zh if isinstance(error, WrongParameter) else said
    return problem.zh.format(in_chinese), problem.en.format(said)


def _at_fault(error: RequestValidationError) -> str:
    """Which parts of a question cannot be read, and why, without what was sent."""
    return "; ".join(f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors())


def answer(error: Exception) -> JSONResponse:
    """The answer for one of PROBLEMS."""
    problem = _problem(error)
    zh, en = answer_words(error)
    words = Failure(code=problem.code, en=en, zh=zh)
    headers = {"WWW-Authenticate": 'Basic realm="yigangtong"'} if problem.status == 401 else None
    return JSONResponse(words.model_dump(), problem.status, headers)


def install(app: FastAPI) -> None:
    """Have the app answer so."""

    async def handle(_: Request, error: Exception) -> JSONResponse:
        return answer(error)

    for kind in PROBLEMS:
        app.add_exception_handler(kind, handle)
