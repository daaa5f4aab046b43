"""The gateway's HTTP side: ``POST /v1/{port}/{kind}``."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from math import ceil
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Depends, FastAPI, Header, Path, Request
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from pydantic import BaseModel, Field
from starlette.responses import Response

from connectors.gateway import intake, texts
from connectors.gateway.allowance import Allowance
from connectors.gateway.intake import Refused, Taken
from connectors.gateway.keys import ApiKey, Finder
from connectors.gateway.metrics import GatewayMetrics
from connectors.gateway.post import Full, Memory, Post
from connectors.kafka.errors import PublishFailed
from schemas.errors import RegistryUnavailableError
from schemas.jsonschema import event_schema
from schemas.keys import PORT_KINDS
from schemas.reference import load_reference

log = logging.getLogger(__name__)

RETRY_AFTER_S: Final = 1
TITLE: Final = "Yigangtong gateway 一港通接入网关"
VERSION: Final = "1"
DESCRIPTION: Final = "Events of a port over HTTP. Each event is answered by itself; sending one again does no harm."
Status = Literal["accepted", "duplicate", "refused"]


class Trouble(BaseModel):
    """One thing wrong with an event."""

    code: str = Field(description="what kind of problem, e.g. MISSING_FIELD", examples=["MISSING_FIELD"])
    field: str = Field(description="the field at fault, empty for the event as a whole", examples=["move"])
    value: str = Field(description="what stood there, cut to 80 characters")
    en: str = Field(description="what was expected, and what to do")
    zh: str = Field(description="同上，中文")


class Result(BaseModel):
    """What became of one event of the request."""

    index: int = Field(description="its place in the request, from 0")
    event_id: str = Field(description="its id, empty where it cannot be told")
    status: Status = Field(
        description="accepted: Kafka has it on all in-sync replicas. duplicate: the same was accepted a moment ago, and "
        "counts once. refused: see problems; mend it and send it again"
    )
    problems: list[Trouble] = []


class Answer(BaseModel):
    """The answer to a request that could be read."""

    accepted: int
    duplicate: int
    refused: int
    results: list[Result]


class Failure(BaseModel):
    """The answer to a request of which nothing was taken."""

    code: str
    en: str
    zh: str


class _Fault(Exception):
    def __init__(self, status: int, code: str, detail: str = "", retry_s: int = 0) -> None:
        self.status = status
        self.code = code
        self.detail = detail
        self.headers = {"Retry-After": str(retry_s)} if retry_s else {}
        if status == 401:
            self.headers["WWW-Authenticate"] = "Bearer"


@dataclass(slots=True)
class Gateway:
    """What the requests share. ``max_bytes`` of a body and ``max_events`` in it; beyond, the request is refused.
    ``allowance``: how many events each sender may send."""

    keys: Finder
    post: Post
    metrics: GatewayMetrics
    max_bytes: int
    max_events: int
    allowance: Allowance
    memory: Memory = field(default_factory=Memory)

    def admit(self, wait_s: float) -> None:
        """Raises the fault of a sender that must wait."""
        if wait_s:
            raise _Fault(429, "TOO_FAST", f"{self.allowance.per_s:,.0f}", retry_s=ceil(wait_s))

    async def settle(self, taken: Sequence[Taken]) -> Answer:
        """Write what can be written, and say of each event what became of it."""
        digests = [_digest(item) for item in taken]
        fresh = {
            digest: item.letter
            for digest, item in zip(digests, taken, strict=True)
            if item.letter and digest not in self.memory
        }
        try:
            with self.metrics.seconds.time():
                await self.post.send(list(fresh.values()))
        except Full:
            raise _Fault(429, "BUSY", retry_s=RETRY_AFTER_S) from None
        except PublishFailed as error:
            log.warning("%s", error)
            raise _Fault(503, "KAFKA_AWAY", retry_s=RETRY_AFTER_S) from None
        results = []
        for index, (digest, item) in enumerate(zip(digests, taken, strict=True)):
            status: Status = "refused"
            if item.letter:
                status = "accepted" if fresh.pop(digest, None) else "duplicate"
                self.memory.add(digest)
            troubles = [_trouble(problem) for problem in item.problems]
            results.append(Result(index=index, event_id=item.event_id, status=status, problems=troubles))
        count = [result.status for result in results].count
        return Answer(accepted=count("accepted"), duplicate=count("duplicate"), refused=count("refused"), results=results)


router = APIRouter()


class _App(FastAPI):
    """Describes itself with the schemas of events, which are made from Avro and not from Python types."""

    def __init__(self) -> None:
        super().__init__(title=TITLE, version=VERSION, description=DESCRIPTION, redoc_url=None)
        self.include_router(router)

    def openapi(self) -> dict[str, Any]:
        document = super().openapi()
        document["components"]["schemas"] |= {_schema_name(kind): event_schema(kind) for kind in PORT_KINDS}
        return document


def build(gateway: Gateway, registry: CollectorRegistry) -> FastAPI:
    """The application; ``registry`` is what /metrics shows."""
    app = _App()
    app.state.gateway = gateway
    app.state.registry = registry
    app.add_exception_handler(_Fault, _failed)
    return app


def openapi() -> dict[str, Any]:
    """The gateway's own description; no setting changes it."""
    return _App().openapi()


def _gateway(request: Request) -> Gateway:
    gateway: Gateway = request.app.state.gateway
    return gateway


def _sender(
    request: Request, port: str, kind: str,
    x_api_key: Annotated[str | None, Header(description="the API key, or `Authorization: Bearer …`")] = None,
    authorization: Annotated[str | None, Header()] = None,
) -> ApiKey:  # fmt: skip
    scheme, _, bearer = (authorization or "").partition(" ")
    key = _gateway(request).keys.find(x_api_key or (bearer.strip() if scheme.lower() == "bearer" else ""))
    if key is None:
        raise _Fault(401, "UNKNOWN_KEY")
    if key.port != port:
        raise _Fault(403, "OTHER_PORT", key.port)
    if kind not in key.kinds:
        raise _Fault(403, "OTHER_KIND", ", ".join(key.kinds))
    return key


def _bodies() -> dict[str, Any]:
    one: dict[str, Any] = {"anyOf": [{"$ref": f"#/components/schemas/{_schema_name(kind)}"} for kind in PORT_KINDS]}
    batch = {"type": "array", "items": one}
    events = {"type": "object", "required": ["events"], "properties": {"events": batch}, "additionalProperties": False}
    binary = {"type": "string", "format": "binary"}
    return {
        intake.JSON: {"schema": {"anyOf": [one, batch, events]}},
        intake.LINES: {"schema": {"type": "string", "description": "one JSON object a line"}},
        intake.AVRO: {"schema": {**binary, "description": "Avro object container file, codec null"}},
        intake.FRAMED: {"schema": {**binary, "description": "one event in the Confluent wire format"}},
    }


def _schema_name(kind: str) -> str:
    return f"{kind.capitalize()}Event"


@router.post(
    "/v1/{port}/{kind}",
    summary="Send one event or a batch",
    status_code=202,
    response_model=Answer,
    responses={
        207: {"model": Answer, "description": "some events were refused"},
        422: {"model": Answer, "description": "every event was refused"},
        **{code: {"model": Failure, "description": said} for code, said in texts.FAILURES.items()},
    },
    openapi_extra={"requestBody": {"required": True, "content": _bodies()}},
)
async def send(
    port: Annotated[str, Path(json_schema_extra={"enum": list(load_reference().seaports)})],
    kind: Annotated[str, Path(json_schema_extra={"enum": list(PORT_KINDS)})],
    request: Request, key: Annotated[ApiKey, Depends(_sender)],
) -> JSONResponse:  # fmt: skip
    """Events of one kind, for the port of the API key. Each is answered by itself, in the order of the request."""
    gateway = _gateway(request)
    media_type = request.headers.get("content-type", intake.JSON).partition(";")[0].strip().lower()
    if media_type not in intake.MEDIA_TYPES:
        raise _Fault(415, "MEDIA_TYPE", ", ".join(intake.MEDIA_TYPES))
    gateway.admit(gateway.allowance.pause_s(key.name))  # who has nothing left is not even read
    body = await _body(request, gateway.max_bytes)
    try:
        taken = intake.take(body, media_type, kind, key, gateway.max_events)
    except Refused as refused:
        raise _Fault(413 if refused.code == intake.TOO_MANY else 400, refused.code, refused.reason) from None
    except RegistryUnavailableError as error:
        raise _Fault(503, "REGISTRY_AWAY", str(error), retry_s=RETRY_AFTER_S) from None
    gateway.admit(gateway.allowance.wait_s(key.name, len(taken)))
    answer = await gateway.settle(taken)
    gateway.metrics.count(port, kind, answer.accepted, answer.duplicate, answer.refused)
    return JSONResponse(answer.model_dump(), _status(answer))


@router.get("/live", include_in_schema=False)
async def live() -> dict[str, bool]:
    """The process answers."""
    return {"live": True}


@router.get("/metrics", include_in_schema=False)
async def measured(request: Request) -> Response:
    """For Prometheus."""
    return Response(generate_latest(request.app.state.registry), media_type=CONTENT_TYPE_LATEST)


async def _failed(request: Request, fault: Exception) -> JSONResponse:
    assert isinstance(fault, _Fault)
    _gateway(request).metrics.failures.labels(fault.code).inc()
    en, zh = texts.failure(fault.code, fault.detail)
    return JSONResponse({"code": fault.code, "en": en, "zh": zh}, fault.status, fault.headers)


def _status(answer: Answer) -> int:
    if not answer.refused:
        return 202
    return 207 if answer.accepted or answer.duplicate else 422


async def _body(request: Request, most: int) -> bytes:
    """The body, given up as soon as it passes ``most`` bytes, whatever its header said."""
    parts = []
    size = 0
    async for part in request.stream():
        size += len(part)
        if size > most:
            raise _Fault(413, "TOO_LARGE", f"{most:,}")
        parts.append(part)
    return b"".join(parts)


def _digest(item: Taken) -> bytes:
    return hashlib.blake2b(item.letter.value, digest_size=16).digest() if item.letter else b""


def _trouble(problem: Any) -> Trouble:
    shown = "" if problem.value is None else str(problem.value)
    shown = shown if len(shown) <= 80 else shown[:77] + "..."
    en, zh = texts.problem(problem.code, problem.field, shown, problem.expected)
    return Trouble(code=problem.code, field=problem.field, value=shown, en=en, zh=zh)
