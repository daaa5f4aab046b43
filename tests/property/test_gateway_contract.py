"""The gateway keeps its own OpenAPI document, whatever is sent to it."""

from __future__ import annotations

from collections.abc import Sequence

import schemathesis
from hypothesis import HealthCheck, settings
from prometheus_client import CollectorRegistry

from connectors.gateway.allowance import Allowance
from connectors.gateway.app import Gateway, build
from connectors.gateway.intake import Letter
from connectors.gateway.keys import ApiKey, Keys, digest
from connectors.gateway.metrics import GatewayMetrics
from schemas.keys import PORT_KINDS


class Nowhere:
    async def start(self) -> None: ...

    async def stop(self) -> None: ...

    async def send(self, letters: Sequence[Letter]) -> None: ...


registry = CollectorRegistry()
keys = Keys([ApiKey("qqct", digest("secret"), "qingdao", "QQCT", "TOS", PORT_KINDS)])
gateway = Gateway(keys, Nowhere(), GatewayMetrics(registry), max_bytes=100_000, max_events=50, allowance=Allowance(1e9))
app = build(gateway, registry)
schema = schemathesis.openapi.from_asgi("/openapi.json", app)


@schema.parametrize()
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
def test_every_answer_is_one_that_the_document_promises(case: schemathesis.Case) -> None:
    case.call_and_validate(headers={"X-API-Key": "secret"})
