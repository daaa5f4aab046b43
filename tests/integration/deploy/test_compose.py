"""The compose file and what it mounts, as far as they can be checked without a Docker daemon."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer.main
import yaml

from ops.cli.main import app
from schemas.metrics import METRICS
from streams.settings import Settings

DEPLOY = Path(__file__).parents[3] / "deploy"
COMPOSE = DEPLOY / "compose" / "compose.yaml"
DASHBOARDS = sorted((DEPLOY / "grafana" / "dashboards").glob("*.json"))
PANELS = [panel for path in DASHBOARDS for panel in json.loads(path.read_text("utf-8"))["panels"]]
RULES = sorted((DEPLOY / "prometheus" / "rules").glob("*.yml"))
WORKERS = ("worker-1", "worker-2")
#: What people and ports come in by.
DOORS = ("gateway", "tower", "notify", "canary")


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(COMPOSE.read_text("utf-8"))["services"]
    return found


def expressions() -> Iterator[str]:
    """Every PromQL expression that is shipped."""
    for panel in PANELS:
        yield from (target["expr"] for target in panel["targets"] if "expr" in target)
    for path in RULES:
        for group in yaml.safe_load(path.read_text("utf-8"))["groups"]:
            yield from (rule["expr"] for rule in group["rules"])


def test_all_parts_are_there(services: dict[str, Any]) -> None:
    assert {"kafka", "clickhouse", *WORKERS, "prometheus", "grafana"} <= services.keys()


def test_every_image_has_a_version_or_is_built_here(services: dict[str, Any]) -> None:
    for name, service in services.items():
        if "build" in service:
            build = service["build"]
            context = COMPOSE.parent / (build if isinstance(build, str) else build["context"])
            assert (context / "Dockerfile").is_file(), name
            if not isinstance(build, str):
                assert (context / build["args"]["LOCK"]).is_file(), name
        else:
            assert re.search(r":v?\d+\.\d+", service["image"]), f"{name}: {service['image']} names no version"


def test_every_mounted_file_exists(services: dict[str, Any]) -> None:
    declared = yaml.safe_load(COMPOSE.read_text("utf-8"))["volumes"]
    for name, service in services.items():
        for volume in service.get("volumes", ()):
            source = volume.split(":")[0]
            if source.startswith("."):
                assert (COMPOSE.parent / source).exists(), f"{name} mounts {source}"
            else:
                assert source in declared, f"{name} mounts {source}"


def test_ports_are_published_on_loopback_only(services: dict[str, Any]) -> None:
    published = [port for service in services.values() for port in service.get("ports", ())]
    assert published
    assert [port for port in published if not port.startswith("127.0.0.1:")] == []


def test_workers_get_settings_that_exist_and_differ_in_their_instance(services: dict[str, Any]) -> None:
    known = {f"YGT_{name.upper()}" for name in Settings.model_fields}
    for name in (*WORKERS, "topics", "tables"):
        assert services[name]["environment"].keys() <= known, name
    assert {services[name]["environment"]["YGT_INSTANCE_ID"] for name in WORKERS} == set(WORKERS)


@pytest.mark.parametrize("name", DOORS)
def test_a_door_runs_a_command_with_options_that_it_has(services: dict[str, Any], name: str) -> None:
    found: Any = typer.main.get_command(app)
    words = list(services[name]["command"])
    while hasattr(found, "commands"):
        found = found.commands[words.pop(0)]
    known = {option for parameter in found.params for option in parameter.opts}
    assert {word for word in words if word.startswith("--")} <= known
    variables = {parameter.envvar for parameter in found.params}
    assert services[name]["environment"].keys() & variables, "it is told where Kafka is"


@pytest.mark.parametrize("name", DOORS)
def test_a_door_can_write_nothing_and_may_do_nothing_more(services: dict[str, Any], name: str) -> None:
    door = services[name]
    assert door["read_only"] and door["cap_drop"] == ["ALL"] and door["security_opt"] == ["no-new-privileges:true"]
    assert door["profiles"] == ["doors"], "it wants files that a newcomer has not made yet"


def test_a_secret_is_a_file_that_is_used_where_it_lies_and_never_kept_here(services: dict[str, Any]) -> None:
    secrets = yaml.safe_load(COMPOSE.read_text("utf-8"))["secrets"]
    used = {secret: name for name in DOORS for secret in services[name].get("secrets", ())}
    assert used.keys() == secrets.keys()
    for secret, name in used.items():
        assert f"/run/secrets/{secret}" in services[name]["command"]
        assert secrets[secret]["file"].startswith("./secrets/")
    assert "deploy/compose/secrets/" in (DEPLOY.parent / ".gitignore").read_text("utf-8").splitlines()


def test_prometheus_finds_the_doors_where_they_listen(services: dict[str, Any]) -> None:
    config = yaml.safe_load((DEPLOY / "prometheus" / "prometheus.yml").read_text("utf-8"))
    asked = {each["names"][0]: each["port"] for job in config["scrape_configs"] for each in job.get("dns_sd_configs", ())}
    assert asked.keys() == set(DOORS)
    for name in ("gateway", "tower"):
        assert services[name]["ports"] == [f"127.0.0.1:{asked[name]}:{asked[name]}"]


def test_workers_start_after_topics_and_tables_are_made(services: dict[str, Any]) -> None:
    cli = typer.main.get_command(app)
    for name in ("topics", "tables"):
        group, command = services[name]["command"]
        assert command in cli.commands[group].commands, f"no command {group} {command}"  # type: ignore[attr-defined]
    for name in WORKERS:
        waits = services[name]["depends_on"]
        assert {waits[step]["condition"] for step in ("topics", "tables")} == {"service_completed_successfully"}


def test_every_secret_must_be_chosen() -> None:
    text = COMPOSE.read_text("utf-8")
    asked = set(re.findall(r"\$\{(\w+)", text))
    assert asked == set(re.findall(r"^(\w+)=$", (COMPOSE.parent / ".env.example").read_text("utf-8"), re.M))
    assert asked == set(re.findall(r"\$\{(\w+):\?", text)), "a secret without :? would be empty in silence"


def test_prometheus_scrapes_the_workers_where_they_listen(services: dict[str, Any]) -> None:
    config = yaml.safe_load((DEPLOY / "prometheus" / "prometheus.yml").read_text("utf-8"))
    jobs = {job["job_name"]: job for job in config["scrape_configs"]}
    targets = [t for group in jobs["yigangtong-worker"]["static_configs"] for t in group["targets"]]
    port = services[WORKERS[0]]["environment"].get("YGT_HEALTH_PORT", Settings.model_fields["health_port"].default)
    assert targets == [f"{name}:{port}" for name in WORKERS]
    assert services[WORKERS[0]]["environment"]["YGT_HEALTH_HOST"] == "0.0.0.0"  # loopback of a container is its own


def test_dashboards_use_data_sources_that_are_provisioned(services: dict[str, Any]) -> None:
    provisioned = yaml.safe_load((DEPLOY / "grafana/provisioning/datasources/yigangtong.yaml").read_text("utf-8"))
    sources = {source["uid"]: source for source in provisioned["datasources"]}
    assert PANELS
    for panel in PANELS:
        for holder in (panel, *panel["targets"]):
            assert holder["datasource"]["type"] == sources[holder["datasource"]["uid"]]["type"], panel["title"]
    assert sources["clickhouse"]["jsonData"]["host"] in services
    assert sources["prometheus"]["url"] == "http://prometheus:9090"


def test_dashboards_and_alerts_name_metrics_of_the_list() -> None:
    names = {series for metric in METRICS for series in metric.series}
    used = {name for expression in expressions() for name in re.findall(r"(?<![\w:])yigangtong_\w+", expression)}
    assert used
    assert used - names == set()


def test_the_container_does_not_run_as_root() -> None:
    lines = (DEPLOY.parent / "Dockerfile").read_text("utf-8").splitlines()
    final = lines[max(number for number, line in enumerate(lines) if line.startswith("FROM ")) :]
    user = next(number for number, line in enumerate(final) if line.startswith("USER "))
    assert final[user] != "USER root"
    assert user < next(number for number, line in enumerate(final) if line.startswith("ENTRYPOINT"))


def test_what_the_container_is_built_from_is_let_through() -> None:
    ignored = (DEPLOY.parent / ".dockerignore").read_text("utf-8").splitlines()
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", (DEPLOY.parent / "Dockerfile").read_text("utf-8"), re.M)
    assert ignored[0] == "*"
    for source in " ".join(copied).split():
        assert (DEPLOY.parent / source).exists()
        assert f"!{source}" in ignored
