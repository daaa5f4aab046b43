"""The compose file and what it mounts, as far as they can be checked without a Docker daemon."""

from __future__ import annotations

import base64
import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer.main
import yaml

from ops.cli.common import SECRETS
from ops.cli.main import app
from schemas.metrics import METRICS
from streams.settings import Settings

DEPLOY = Path(__file__).parents[3] / "deploy"
COMPOSE = DEPLOY / "compose" / "compose.yaml"
DASHBOARDS = sorted((DEPLOY / "grafana" / "dashboards").glob("*.json"))
PANELS = [panel for path in DASHBOARDS for panel in json.loads(path.read_text("utf-8"))["panels"]]
RULES = sorted((DEPLOY / "prometheus" / "rules").glob("*.yml"))
WORKERS = ("worker-1", "worker-2")
BROKERS = ("kafka-1", "kafka-2", "kafka-3")
#: What runs to its end before the workers start.
SETUP = ("topics", "tables", "schemas")
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
    assert {*BROKERS, "registry", "clickhouse", *SETUP, *WORKERS, *DOORS, "prometheus", "grafana"} == services.keys()


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
    known = {f"YGT_{name.upper()}" for name in Settings.model_fields} | {f"{name}_FILE" for name in SECRETS}
    for name in (*WORKERS, *SETUP):
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
    assert {variable.removesuffix("_FILE") for variable in services[name]["environment"] if "YGT" in variable} <= variables
    assert services[name]["environment"].keys() & variables, "it is told where Kafka is"


@pytest.mark.parametrize("name", DOORS)
def test_a_door_can_write_nothing_and_may_do_nothing_more(services: dict[str, Any], name: str) -> None:
    door = services[name]
    assert door["read_only"] and door["cap_drop"] == ["ALL"] and door["security_opt"] == ["no-new-privileges:true"]
    assert door["profiles"] == ["doors"], "it wants files that a newcomer has not made yet"


def secret_names(service: dict[str, Any]) -> set[str]:
    return {each if isinstance(each, str) else each["source"] for each in service.get("secrets", ())}


def test_a_secret_is_a_file_that_is_used_where_it_lies_and_never_kept_here(services: dict[str, Any]) -> None:
    secrets = yaml.safe_load(COMPOSE.read_text("utf-8"))["secrets"]
    grafana = (DEPLOY / "grafana/provisioning/datasources/yigangtong.yaml").read_text("utf-8")
    assert set().union(*map(secret_names, services.values())) == secrets.keys()
    for name, service in services.items():
        told = str(service) + (grafana if name == "grafana" else "")
        lying = {word.partition("/run/secrets/")[2] for word in re.findall(r"/run/secrets/[\w-]+", told)}
        if name == "clickhouse":
            assert service["secrets"][0]["target"].startswith("/etc/clickhouse-server/users.d/")
            lying = {service["secrets"][0]["source"]}
        assert lying == secret_names(service), name
    for secret in secrets.values():
        assert secret["file"].startswith("./secrets/")
    assert "deploy/compose/secrets/" in (DEPLOY.parent / ".gitignore").read_text("utf-8").splitlines()


def test_no_password_stands_in_an_environment(services: dict[str, Any]) -> None:
    for name, service in services.items():
        for variable, value in service.get("environment", {}).items():
            is_secret = re.search(r"PASSWORD|TOKEN|KEY|STORE_URL|READ_URL", variable) or re.search(r"://[^/]*@", str(value))
            assert not is_secret or variable.endswith("_FILE"), f"{name}: {variable}"


def test_the_script_makes_every_password_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    folder = tmp_path / "secrets"
    script = [str(COMPOSE.parent / "secrets.sh"), str(folder)]
    subprocess.run(script, check=True)
    made = {path.name: path.read_text("utf-8") for path in folder.iterdir()}
    doors = {"gateway-keys.yaml", "people.yaml", "notify.yaml"}
    declared = {Path(secret["file"]).name for secret in yaml.safe_load(COMPOSE.read_text("utf-8"))["secrets"].values()}
    assert made.keys() == declared - doors
    assert all(re.search(r"[0-9a-f]{48}", text) for text in made.values())
    assert len({found for text in made.values() for found in re.findall(r"[0-9a-f]{48}", text)}) == 4
    assert folder.stat().st_mode & 0o777 == 0o700
    (folder / "people.yaml").write_text("x")
    (folder / "people.yaml").chmod(0o600)
    subprocess.run(script, check=True)
    assert {name: (folder / name).read_text("utf-8") for name in made} == made
    assert all(path.stat().st_mode & 0o444 == 0o444 for path in folder.iterdir()), "containers read it as other users"


def test_every_service_says_whether_it_is_well(services: dict[str, Any]) -> None:
    dockerfile = (DEPLOY.parent / "Dockerfile").read_text("utf-8")
    assert re.search(r"^HEALTHCHECK .*\\\n +CMD .*:9100/live", dockerfile, re.M)
    for name, service in services.items():
        if name in SETUP:
            assert service["restart"] == "on-failure" and service["healthcheck"] == {"disable": True}, name
        elif name not in WORKERS:  # theirs is the image's own
            assert service["healthcheck"]["test"][0] == "CMD", name
            assert service["restart"] == "unless-stopped", name


def test_who_needs_another_waits_until_it_is_well(services: dict[str, Any]) -> None:
    for name, needed in {"topics": BROKERS, "registry": BROKERS, "tables": ["clickhouse"], "schemas": ["registry"]}.items():
        assert services[name]["depends_on"] == {each: {"condition": "service_healthy"} for each in needed}, name


def test_three_nodes_keep_each_record_and_one_may_be_away(services: dict[str, Any]) -> None:
    environments = [services[name]["environment"] for name in BROKERS]
    own = {"KAFKA_NODE_ID", "KAFKA_ADVERTISED_LISTENERS"}
    assert len({str({k: v for k, v in each.items() if k not in own}) for each in environments}) == 1
    assert [each["KAFKA_NODE_ID"] for each in environments] == ["1", "2", "3"]
    voters = environments[0]["KAFKA_CONTROLLER_QUORUM_VOTERS"].split(",")
    assert voters == [f"{number}@{name}:9093" for number, name in enumerate(BROKERS, 1)]
    for name in BROKERS:
        outside = services[name]["ports"][0].rsplit(":", 1)[0]
        assert services[name]["environment"]["KAFKA_ADVERTISED_LISTENERS"] == f"PLAINTEXT://{name}:9092,HOST://{outside}"
    assert len({volume for name in BROKERS for volume in services[name]["volumes"]}) == 3
    for key, value in environments[0].items():
        wanted = {"REPLICATION_FACTOR": "3", "MIN_ISR": "2", "INSYNC_REPLICAS": "2"}
        assert all(value == number for end, number in wanted.items() if key.endswith(end)), key
    assert services["topics"]["command"] == ["topics", "create", "--replicas", "3"]
    told = {service["environment"].get("YGT_BOOTSTRAP") for service in services.values() if "environment" in service}
    assert told - {None} == {",".join(f"{name}:9092" for name in BROKERS)}


def test_prometheus_finds_the_doors_where_they_listen(services: dict[str, Any]) -> None:
    config = yaml.safe_load((DEPLOY / "prometheus" / "prometheus.yml").read_text("utf-8"))
    asked = {each["names"][0]: each["port"] for job in config["scrape_configs"] for each in job.get("dns_sd_configs", ())}
    assert asked.keys() == set(DOORS)
    for name in ("gateway", "tower"):
        assert services[name]["ports"] == [f"127.0.0.1:{asked[name]}:{asked[name]}"]


def test_workers_start_after_topics_and_tables_are_made(services: dict[str, Any]) -> None:
    cli = typer.main.get_command(app)
    for name in SETUP:
        group, command, *_ = services[name]["command"]
        assert command in cli.commands[group].commands, f"no command {group} {command}"  # type: ignore[attr-defined]
    for name in WORKERS:
        waits = services[name]["depends_on"]
        assert {waits[step]["condition"] for step in SETUP} == {"service_completed_successfully"}


def test_every_setting_of_the_file_is_in_the_example_and_none_is_empty_in_silence() -> None:
    text = COMPOSE.read_text("utf-8")
    asked = set(re.findall(r"\$\{(\w+)", text))
    example = dict(re.findall(r"^(\w+)=(.+)$", (COMPOSE.parent / ".env.example").read_text("utf-8"), re.M))
    assert asked == example.keys() == set(re.findall(r"\$\{(\w+):\?", text))
    assert len(base64.urlsafe_b64decode(example["KAFKA_CLUSTER_ID"] + "==")) == 16


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
