"""The Helm chart as it is rendered: valid for Kubernetes, safe, and told what the programs understand."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any, NamedTuple

import jsonschema
import kubernetes_validate
import pytest
import typer.main
import yaml

from connectors.kafka.access import grants, principals, strimzi_acls
from connectors.kafka.login import KafkaLogin
from ops.cli.main import app
from ops.documents import chart
from schemas.topics import load_topics
from streams.runtime.faust_run import STOP_LIMIT_S
from streams.settings import Settings

Object = dict[str, Any]
ROOT = Path(__file__).parents[3]
TEXTS = {name: chart.rendered(name).read_text("utf-8") for name in chart.SETS}
OBJECTS: dict[str, list[Object]] = {name: [o for o in yaml.safe_load_all(text) if o] for name, text in TEXTS.items()}
META = yaml.safe_load((chart.CHART / "Chart.yaml").read_text("utf-8"))
OLDEST = META["kubeVersion"].strip(">=").rpartition(".")[0]
VALUES = {
    name: yaml.safe_load(path.read_text("utf-8"))
    for name, path in (("default", chart.CHART / "values.yaml"), ("everything", chart.K8S / "everything.yaml"))
}
SETTINGS = {f"YGT_{name.upper()}" for name in Settings.model_fields}
KAFKA_SETTINGS = {f"YGT_{name.upper()}" for name in KafkaLogin.model_fields}
#: Who each part is to Kafka.
KAFKA_USERS: dict[str, dict[str, str]] = VALUES["default"]["kafka"]["users"]
#: Read by a library of ours, not by us.
OTHERS_VARIABLES = {"NICEGUI_STORAGE_PATH"}
#: Which groups are no part of Kubernetes, so that kubernetes-validate knows no schema of theirs: see SHAPES.
CUSTOM = ("kafka.strimzi.io", "keda.sh", "monitoring.coreos.com")

every_set = pytest.mark.parametrize("name", OBJECTS)


class Pod(NamedTuple):
    """A pod of a set of values: ``owner`` is what makes it, ``part`` its component."""

    set: str
    owner: Object
    part: str
    spec: Object

    @property
    def container(self) -> Object:
        (only,) = self.spec["containers"]
        found: Object = only
        return found

    @property
    def variables(self) -> dict[str, Object]:
        return {each["name"]: each for each in self.container["env"]}

    @property
    def stays(self) -> bool:
        return bool(self.owner["kind"] != "Job")


def pods() -> Iterator[Pod]:
    for name, objects in OBJECTS.items():
        for owner in objects:
            if template := owner.get("spec", {}).get("template"):
                part = template["metadata"]["labels"]["app.kubernetes.io/component"]
                yield Pod(name, owner, part, template["spec"])


PODS = list(pods())
each_pod = pytest.mark.parametrize("pod", PODS, ids=[f"{pod.set}-{pod.part}" for pod in PODS])
STAYING = [pod for pod in PODS if pod.stays]
each_that_stays = pytest.mark.parametrize("pod", STAYING, ids=[f"{pod.set}-{pod.part}" for pod in STAYING])


def of_kind(name: str, kind: str) -> dict[str, Object]:
    return {each["metadata"]["name"]: each for each in OBJECTS[name] if each["kind"] == kind}


def labels_of(pod: Pod) -> dict[str, str]:
    found: dict[str, str] = pod.owner["spec"]["template"]["metadata"]["labels"]
    return found


def selected(name: str, labels: dict[str, str]) -> list[Pod]:
    return [pod for pod in PODS if pod.set == name and labels.items() <= labels_of(pod).items()]


# -- it is current, whole and valid ------------------------------------------------------------------------------------


@every_set
def test_the_rendered_text_is_of_this_chart(name: str) -> None:
    begin = f"# Rendered by `make chart`: values {name}, digest {chart.digest()}\n"
    assert TEXTS[name].startswith(begin), "the chart has changed: run `make chart`"


def test_all_parts_of_the_platform_are_there() -> None:
    assert {pod.part for pod in PODS if pod.set == "default"} == {"topics", "tables", "worker", "gateway", "tower", "canary"}
    # Strimzi makes the topics there.
    assert {pod.part for pod in PODS if pod.set == "everything"} == {
        "tables", "epoch", "worker", "gateway", "tower", "notify", "canary",
    }  # fmt: skip


def custom(each: Object) -> bool:
    return str(each["apiVersion"]).partition("/")[0] in CUSTOM


@pytest.mark.parametrize("version", [OLDEST, chart.KUBERNETES, kubernetes_validate.latest_version()])
@every_set
def test_kubernetes_takes_every_object(name: str, version: str) -> None:
    checked = 0
    for each in OBJECTS[name]:
        if not custom(each):
            kubernetes_validate.validate(each, version, strict=True)
            checked += 1
    assert checked > 20


#: What custom resources may look like, as far as we use them. {key: its shape, "key?": may lack}, [shape of each], a type.
_META = {"name": str, "labels": dict, "namespace?": str, "annotations?": dict}
_SECRET = {"name": str, "key": str}
_POLICIES = {"stabilizationWindowSeconds": int, "policies": [{"type": str, "value": int, "periodSeconds": int}]}
SHAPES: dict[str, Any] = {
    "ServiceMonitor": {
        "selector": {"matchLabels": dict},
        "endpoints": [{
            "port": str, "path": str, "interval": str, "basicAuth?": {"username": _SECRET, "password": _SECRET},
            "relabelings": [{"targetLabel": str, "replacement?": str, "sourceLabels?": [str]}],
        }],
    },
    "PrometheusRule": {
        "groups": [{"name": str, "rules": [
            {"expr": str, "record?": str, "alert?": str, "for?": str, "labels?": dict, "annotations?": dict},
        ]}],
    },
    "ScaledObject": {
        "scaleTargetRef": {"apiVersion": str, "kind": str, "name": str}, "minReplicaCount": int, "maxReplicaCount": int,
        "advanced": {"horizontalPodAutoscalerConfig": {"behavior": {"scaleUp": _POLICIES, "scaleDown": _POLICIES}}},
        "triggers": [{"type": str, "metadata": {
            "bootstrapServers": str, "consumerGroup": str, "lagThreshold": str, "offsetResetPolicy": str, "tls?": str,
            "sasl?": str,
        }, "authenticationRef?": {"name": str}}],
    },
    "TriggerAuthentication": {
        "secretTargetRef": [{"parameter": str, "name": str, "key": str}],
        "env?": [{"parameter": str, "name": str, "containerName": str}],
    },
    "KafkaTopic": {"partitions": int, "replicas": int, "config": dict},
    "KafkaUser": {
        "authentication": {"type": str},
        "authorization": {"type": str, "acls": [{
            "resource": {"type": str, "name": str, "patternType": str}, "operations": [str],
        }]},
    },
}  # fmt: skip


def misfits(value: Any, shape: Any, at: str) -> list[str]:
    """Where a value is not of a shape."""
    if isinstance(shape, type):
        return [] if isinstance(value, shape) and value not in ("", {}) else [f"{at} is {value!r}, no {shape.__name__}"]
    if isinstance(shape, list):
        if not isinstance(value, list) or not value:
            return [f"{at} is {value!r}, no list with something in it"]
        return [found for n, each in enumerate(value) for found in misfits(each, shape[0], f"{at}[{n}]")]
    if not isinstance(value, dict):
        return [f"{at} is {value!r}, no object"]
    known = {key.rstrip("?"): inner for key, inner in shape.items()}
    found = [f"{at}.{key} is unknown" for key in value.keys() - known.keys()]
    found += [f"{at}.{key} is missing" for key in shape.keys() - value.keys() if not key.endswith("?")]
    return found + [f for key in value.keys() & known.keys() for f in misfits(value[key], known[key], f"{at}.{key}")]


def test_custom_resources_have_the_shape_of_their_kind() -> None:
    found = [each for each in OBJECTS["everything"] if custom(each)]
    assert {each["kind"] for each in found} == SHAPES.keys()
    whole = {kind: {"apiVersion": str, "kind": str, "metadata": _META, "spec": spec} for kind, spec in SHAPES.items()}
    assert [wrong for each in found for wrong in misfits(each, whole[each["kind"]], each["metadata"]["name"])] == []


def test_a_wrong_shape_is_found() -> None:
    shape = {"a": int, "b?": [str]}
    assert misfits({"a": 1}, shape, "x") == [] == misfits({"a": 1, "b": ["c"]}, shape, "x")
    for wrong in ({}, {"a": "1"}, {"a": 1, "b": []}, {"a": 1, "b": [2]}, {"a": 1, "c": 2}, [], {"a": 1, "b": "c"}):
        assert misfits(wrong, shape, "x"), wrong


@every_set
def test_no_two_objects_have_one_name_and_all_say_whose_they_are(name: str) -> None:
    names = [(o["kind"], o["metadata"].get("namespace"), o["metadata"]["name"]) for o in OBJECTS[name]]
    assert len(names) == len(set(names))
    ours = [each["metadata"]["labels"] for each in OBJECTS[name] if not each["kind"].startswith("Kafka")]
    assert {labels["app.kubernetes.io/instance"] for labels in ours} == {chart.RELEASE}


def test_the_chart_is_of_the_programs_version() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    assert META["appVersion"] == version


# -- values ------------------------------------------------------------------------------------------------------------

SCHEMA = json.loads((chart.CHART / "values.schema.json").read_text("utf-8"))


@pytest.mark.parametrize("name", VALUES)
def test_values_fit_their_schema(name: str) -> None:
    jsonschema.Draft7Validator(SCHEMA).validate(VALUES[name])


def paths(values: Any, before: str = "") -> set[str]:
    """Keys of values and of the schema; below free objects nothing is looked at."""
    if not isinstance(values, dict) or not values:
        return set()
    return {f"{before}{key}" for key in values} | {p for key, v in values.items() for p in paths(v, f"{before}{key}.")}


def schema_paths(node: Any, before: str = "") -> set[str]:
    if "$ref" in node:
        node = SCHEMA["definitions"][node["$ref"].rpartition("/")[2]]
    found: set[str] = set()
    for key, inner in node.get("properties", {}).items():
        found |= {f"{before}{key}"} | schema_paths(inner, f"{before}{key}.")
    return found


def test_every_value_has_a_default_and_a_place_in_the_schema() -> None:
    free = re.compile(r"resources\.(requests|limits)\.|\.(podSelector|namespaceSelector|ipBlock)|^global$")
    told = {path for path in paths(VALUES["default"]) if not free.search(path)}
    assert told == {path for path in schema_paths(SCHEMA) if not free.search(path)}


def test_settings_are_those_of_the_program_that_the_chart_does_not_set_itself() -> None:
    (worker,) = [pod for pod in PODS if (pod.set, pod.part) == ("default", "worker")]
    own = worker.variables.keys() | {"YGT_REGISTRY_URL", "YGT_HTTP_PORT"}  # a value; of the embedded store
    offered = {f"YGT_{name.upper()}" for name in SCHEMA["properties"]["settings"]["propertyNames"]["enum"]}
    assert offered == SETTINGS - own


def test_settings_reach_the_workers() -> None:
    (worker,) = [pod for pod in PODS if (pod.set, pod.part) == ("everything", "worker")]
    given = {name: each["value"] for name, each in worker.variables.items() if "value" in each}
    chosen = VALUES["everything"]["settings"]
    with pytest.MonkeyPatch.context() as patch:
        for name, value in given.items():
            patch.setenv(name, value)
        settings = Settings()
    assert chosen == {name: getattr(settings, name) for name in chosen}
    assert settings.partitions == VALUES["everything"]["partitions"]


# -- pods may do nothing that they need not ----------------------------------------------------------------------------


@each_pod
def test_no_pod_is_root_or_can_become_it(pod: Pod) -> None:
    whole, own = pod.spec["securityContext"], pod.container["securityContext"]
    assert whole["runAsNonRoot"] is True and whole["seccompProfile"] == {"type": "RuntimeDefault"}
    user = re.search(r"useradd .*--uid (\d+)", (ROOT / "Dockerfile").read_text("utf-8"))
    assert user and whole["runAsUser"] == whole["runAsGroup"] == whole["fsGroup"] == int(user[1])
    assert own == {"readOnlyRootFilesystem": True, "allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}}
    assert not {"hostNetwork", "hostPID", "hostIPC", "initContainers", "serviceAccountName"} & pod.spec.keys()
    assert pod.spec["automountServiceAccountToken"] is False and pod.spec["enableServiceLinks"] is False


@each_pod
def test_what_a_pod_can_write_is_named(pod: Pod) -> None:
    volumes = {each["name"]: each for each in pod.spec["volumes"]}
    claims = {each["metadata"]["name"] for each in pod.owner["spec"].get("volumeClaimTemplates", ())}
    mounts = {each["mountPath"]: each for each in pod.container["volumeMounts"]}
    assert {each["name"] for each in mounts.values()} == volumes.keys() | claims
    assert volumes[mounts["/tmp"]["name"]] == {"name": "tmp", "emptyDir": {}}
    for volume in volumes.values():
        (kind,) = volume.keys() - {"name"}
        assert kind in ("emptyDir", "secret", "persistentVolumeClaim")
        if kind == "persistentVolumeClaim":
            assert volume[kind]["claimName"] in of_kind(pod.set, "PersistentVolumeClaim")


@each_pod
def test_every_file_that_a_command_is_given_lies_in_a_volume(pod: Pod) -> None:
    mounts = tuple(each["mountPath"] + "/" for each in pod.container["volumeMounts"])
    given = [*pod.container["args"], *(each.get("value", "") for each in pod.variables.values())]
    files = [each for each in given if each.startswith("/")]
    assert [each for each in files if not (each + "/").startswith(mounts)] == []
    to_kafka = pod.set == "everything" and pod.part in KAFKA_USERS
    assert bool(files) is (to_kafka or pod.part in ("worker", "gateway", "tower", "notify"))


@each_pod
def test_resources_are_asked_for_and_memory_is_limited(pod: Pod) -> None:
    resources = pod.container["resources"]
    assert resources["requests"].keys() == {"cpu", "memory"} and resources["limits"].keys() == {"memory"}


@each_pod
def test_the_image_is_one_of_ours_in_the_charts_version(pod: Pod) -> None:
    image = {"worker": "yigangtong-worker", "topics": "yigangtong-worker", "tables": "yigangtong-worker",
             "epoch": "yigangtong-worker"}.get(pod.part, "yigangtong-web")  # fmt: skip
    assert pod.container["image"].rpartition("/")[2] == f"{image}:{META['appVersion']}"


@every_set
def test_no_secret_stands_in_the_chart(name: str) -> None:
    assert not of_kind(name, "Secret") and not of_kind(name, "ConfigMap")
    assert not re.search(r"://[^\s/]*:[^\s/]*@|password: [\"']?\w", TEXTS[name])


@each_pod
def test_secrets_are_files_where_the_program_reads_files_and_references_elsewhere(pod: Pod) -> None:
    names = VALUES["default"]
    from_secret = {
        variable: each["valueFrom"]["secretKeyRef"] for variable, each in pod.variables.items()
        if "secretKeyRef" in each.get("valueFrom", {})
    }  # fmt: skip
    user = {"tables": "migrator", "worker": "worker", "epoch": "worker", "tower": "reader", "canary": "reader"}.get(pod.part)
    variable = "YGT_READ_URL" if user == "reader" else "YGT_STORE_URL"
    assert from_secret == ({variable: {"name": names["clickhouse"]["secret"], "key": user}} if user else {})
    mounted = {each["name"]: each["secret"] for each in pod.spec["volumes"] if "secret" in each}
    wanted = {names[part]["secret"] for part in {"gateway", "tower", "notify"} & {pod.part}}
    if pod.set == "everything" and pod.part in KAFKA_USERS:
        wanted |= {KAFKA_USERS[pod.part]["secret"], VALUES["everything"]["kafka"]["caSecret"]}
    if pod.set == "everything" and user:
        wanted.add(VALUES["everything"]["clickhouse"]["caSecret"])
    assert {each["secretName"] for each in mounted.values()} == wanted
    for each in pod.container["volumeMounts"]:
        if each["name"] in mounted:
            assert each["readOnly"] is True and mounted[each["name"]]["defaultMode"] == 0o440


@each_pod
def test_a_pod_logs_in_to_kafka_as_its_own_user_and_sees_no_more_of_its_secret(pod: Pod) -> None:
    told = {name: each["value"] for name, each in pod.variables.items() if name in KAFKA_SETTINGS}
    if pod.set == "default" or pod.part not in KAFKA_USERS:
        assert not told
        return
    ca, user = "/run/secrets/kafka-ca", "/run/secrets/kafka-user"
    assert told == {
        "YGT_KAFKA_PROTOCOL": "SASL_SSL", "YGT_KAFKA_CA_FILE": f"{ca}/ca.crt", "YGT_KAFKA_SASL_MECHANISM": "SCRAM-SHA-512",
        "YGT_KAFKA_USER": KAFKA_USERS[pod.part]["name"], "YGT_KAFKA_PASSWORD_FILE": f"{user}/password",
    }  # fmt: skip
    mounts = {each["mountPath"]: each["name"] for each in pod.container["volumeMounts"]}
    volumes = {each["name"]: each.get("secret", {}) for each in pod.spec["volumes"]}
    assert volumes[mounts[user]]["secretName"] == KAFKA_USERS[pod.part]["secret"]
    assert [volumes[mounts[at]]["items"] for at in (ca, user)] == [
        [{"key": name, "path": name}] for name in ("ca.crt", "password")
    ]


# -- pods run commands that the program has ----------------------------------------------------------------------------


def command_of(pod: Pod) -> tuple[list[str], Any, list[str]]:
    """The words of the command, the command, and what it is given."""
    node: Any = typer.main.get_command(app)
    words, given = [], list(pod.container["args"])
    while hasattr(node, "commands"):
        words.append(given.pop(0))
        node = node.commands[words[-1]]
    return words, node, given


@each_pod
def test_a_container_is_given_options_and_variables_that_its_command_has(pod: Pod) -> None:
    assert "command" not in pod.container, "the image's entry point is the program"
    _, command, given = command_of(pod)
    known = {option: parameter for parameter in command.params for option in parameter.opts}
    while given:
        if not known[given.pop(0)].is_flag:
            given.pop(0)
    variables = SETTINGS if pod.part == "worker" else {p.envvar for p in command.params if p.envvar}
    variables |= KAFKA_SETTINGS if "YGT_BOOTSTRAP" in variables else set()
    assert pod.variables.keys() <= variables | OTHERS_VARIABLES


HELPS = sorted({tuple(command_of(pod)[0]) for pod in PODS})


@pytest.mark.parametrize("words", HELPS, ids=" ".join)
def test_the_program_really_has_the_command(words: tuple[str, ...]) -> None:
    done = subprocess.run([sys.executable, "-m", "ops.cli.main", *words, "--help"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0 and "Example: " in done.stdout, done.stderr


# -- pods are watched --------------------------------------------------------------------------------------------------


@each_pod
def test_what_stays_is_probed_and_what_ends_is_limited(pod: Pod) -> None:
    probes = {name: each for name, each in pod.container.items() if name.endswith("Probe")}
    if not pod.stays:
        assert not probes and pod.spec["restartPolicy"] == "Never"
        assert pod.owner["spec"]["activeDeadlineSeconds"] <= 600 and pod.owner["spec"]["backoffLimit"] <= 3
        return
    live = {"worker": "/live", "gateway": "/live", "tower": "/live"}.get(pod.part, "/metrics")
    paths = {name: each["httpGet"]["path"] for name, each in probes.items()}
    assert paths == {
        "startupProbe": live, "livenessProbe": live, "readinessProbe": "/ready" if pod.part == "worker" else live,
    }  # fmt: skip
    assert {each["httpGet"]["port"] for each in probes.values()} == {"http"}


def port_of(pod: Pod) -> int:
    (port,) = pod.container["ports"]
    assert port["name"] == "http"
    return int(port["containerPort"])


@each_that_stays
def test_a_pod_listens_where_it_is_asked(pod: Pod) -> None:
    args = pod.container["args"]
    told = [args[n + 1] for n, word in enumerate(args) if word in ("--port", "--metrics-port")]
    host = [args[n + 1] for n, word in enumerate(args) if word in ("--host", "--metrics-host")]
    if pod.part == "worker":
        told, host = [pod.variables["YGT_HEALTH_PORT"]["value"]], [pod.variables["YGT_HEALTH_HOST"]["value"]]
    assert (told, host) == ([str(port_of(pod))], ["0.0.0.0"])


@every_set
def test_a_service_leads_to_the_pods_of_its_name(name: str) -> None:
    services = of_kind(name, "Service")
    assert services.keys() == {f"{chart.RELEASE}-{pod.part}" for pod in STAYING if pod.set == name}
    for each in services.values():
        (pod,) = selected(name, each["spec"]["selector"])
        assert each["metadata"]["name"] == f"{chart.RELEASE}-{pod.part}"
        assert each["spec"]["ports"] == [{"name": "http", "port": port_of(pod), "targetPort": "http"}]


def test_prometheus_asks_all_under_the_jobs_that_the_rules_know() -> None:
    monitors = of_kind("everything", "ServiceMonitor")
    jobs = set()
    for each in monitors.values():
        services = [
            s for s in of_kind("everything", "Service").values()
            if each["spec"]["selector"]["matchLabels"].items() <= s["metadata"]["labels"].items()
        ]  # fmt: skip
        (endpoint,) = each["spec"]["endpoints"]
        assert [s["metadata"]["name"] for s in services] == [each["metadata"]["name"]]
        assert endpoint["port"] == "http" and ("basicAuth" in endpoint) is (each["metadata"]["name"].endswith("-tower"))
        jobs |= {r["replacement"] for r in endpoint["relabelings"] if r["targetLabel"] == "job"}
    config = yaml.safe_load((ROOT / "deploy/prometheus/prometheus.yml").read_text("utf-8"))
    assert jobs == {job["job_name"] for job in config["scrape_configs"]}
    (rules,) = of_kind("everything", "PrometheusRule").values()
    expressions = [rule["expr"] for group in rules["spec"]["groups"] for rule in group["rules"]]
    asked = set(re.findall(r'job="([^"]+)"', " ".join(expressions)))
    assert asked and asked <= jobs


def test_the_rules_are_the_very_same_files() -> None:
    assert (chart.CHART / "files" / "rules").resolve() == ROOT / "deploy" / "prometheus" / "rules"
    shipped = [
        group for path in sorted((ROOT / "deploy/prometheus/rules").glob("*.yml"))
        for group in yaml.safe_load(path.read_text("utf-8"))["groups"]
    ]  # fmt: skip
    (rules,) = of_kind("everything", "PrometheusRule").values()
    assert rules["spec"]["groups"] == shipped


# -- workers, and what may be away ---------------------------------------------------------------------------------------


@every_set
def test_a_worker_is_a_static_member_with_a_claim_of_its_own(name: str) -> None:
    (worker,) = of_kind(name, "StatefulSet").values()
    (pod,) = [pod for pod in PODS if (pod.set, pod.part) == (name, "worker")]
    assert pod.variables["YGT_INSTANCE_ID"]["valueFrom"] == {"fieldRef": {"fieldPath": "metadata.name"}}
    service = of_kind(name, "Service")[worker["spec"]["serviceName"]]
    assert service["spec"]["clusterIP"] == "None" and service["spec"]["publishNotReadyAddresses"]
    (claim,) = worker["spec"]["volumeClaimTemplates"]
    mounts = {each["name"]: each["mountPath"] for each in pod.container["volumeMounts"]}
    folder = re.search(r"YGT_DATA_DIR=(\S+)", (ROOT / "Dockerfile").read_text("utf-8"))
    assert folder and mounts[claim["metadata"]["name"]] == pod.variables["YGT_DATA_DIR"]["value"] == folder[1]
    assert worker["spec"]["podManagementPolicy"] == "Parallel"
    assert pod.spec["terminationGracePeriodSeconds"] > STOP_LIMIT_S


@every_set
def test_there_are_never_more_workers_than_partitions(name: str) -> None:
    (worker,) = of_kind(name, "StatefulSet").values()
    (pod,) = [pod for pod in PODS if (pod.set, pod.part) == (name, "worker")]
    partitions = int(pod.variables["YGT_PARTITIONS"]["value"])
    scaled = of_kind(name, "ScaledObject")
    for each in scaled.values():
        spec = each["spec"]
        assert spec["scaleTargetRef"] == {k: worker[k] for k in ("apiVersion", "kind")} | {"name": worker["metadata"]["name"]}
        assert 1 <= spec["minReplicaCount"] <= spec["maxReplicaCount"] <= partitions
        (trigger,) = spec["triggers"]
        assert trigger["metadata"]["consumerGroup"] == pod.variables["YGT_GROUP"]["value"]
        assert trigger["metadata"]["bootstrapServers"] == pod.variables["YGT_BOOTSTRAP"]["value"]
    # where KEDA decides, an upgrade must not set the number back
    assert ("replicas" in worker["spec"]) is not bool(scaled)
    assert worker["spec"].get("replicas", 1) <= partitions


@every_set
def test_several_of_a_kind_lie_apart_and_are_not_taken_away_together(name: str) -> None:
    guarded = []
    for each in of_kind(name, "PodDisruptionBudget").values():
        (pod,) = selected(name, each["spec"]["selector"]["matchLabels"])
        assert each["spec"]["maxUnavailable"] == 1
        spread = pod.spec["topologySpreadConstraints"]
        assert "kubernetes.io/hostname" in {constraint["topologyKey"] for constraint in spread}
        assert all(constraint["labelSelector"]["matchLabels"] == labels_of(pod) for constraint in spread)
        guarded.append(pod.part)
    assert sorted(guarded) == ["gateway", "worker"]


@every_set
def test_what_must_be_one_is_never_two(name: str) -> None:
    found = [pod.owner["spec"] for pod in STAYING if pod.set == name and pod.part in ("tower", "notify", "canary")]
    assert found and all(spec["replicas"] == 1 and spec["strategy"] == {"type": "Recreate"} for spec in found)


@every_set
def test_topics_and_tables_are_there_before_the_workers(name: str) -> None:
    weights = {}
    for each in of_kind(name, "Job").values():
        notes = each["metadata"]["annotations"]
        assert notes["helm.sh/hook"] == "pre-install,pre-upgrade"
        weights[each["metadata"]["name"].rpartition("-")[2]] = int(notes["helm.sh/hook-weight"])
    assert sorted(weights, key=weights.__getitem__) == (["topics", "tables"] if name == "default" else ["tables", "epoch"])
    assert len(set(weights.values())) == len(weights)


@every_set
def test_what_the_platform_keeps_is_kept_when_the_release_ends(name: str) -> None:
    kept = [*of_kind(name, "PersistentVolumeClaim").values(), *of_kind(name, "KafkaTopic").values()]
    assert kept and all(each["metadata"]["annotations"] == {"helm.sh/resource-policy": "keep"} for each in kept)


def test_an_ingress_has_tls_and_leads_to_a_door() -> None:
    assert not of_kind("default", "Ingress")
    found = of_kind("everything", "Ingress")
    assert found.keys() == {"yigangtong-gateway", "yigangtong-tower"}
    for name, each in found.items():
        (rule,), (tls,) = each["spec"]["rules"], each["spec"]["tls"]
        assert tls["hosts"] == [rule["host"]] and tls["secretName"]
        (path,) = rule["http"]["paths"]
        assert path["backend"]["service"] == {"name": name, "port": {"name": "http"}}


# -- topics and users of Strimzi ---------------------------------------------------------------------------------------


def test_strimzi_makes_the_topics_of_the_list() -> None:
    listed = load_topics().with_partitions(VALUES["everything"]["partitions"]).with_replicas(3)
    made = {
        name: (each["spec"]["partitions"], each["spec"]["replicas"], each["spec"]["config"])
        for name, each in of_kind("everything", "KafkaTopic").items()
    }
    assert made == {topic.name: (topic.partitions, 3, dict(topic.config)) for topic in listed}


def test_strimzi_makes_a_user_for_each_principal_with_the_rights_of_the_list() -> None:
    topics = load_topics().all
    made = {name: each["spec"]["authorization"]["acls"] for name, each in of_kind("everything", "KafkaUser").items()}
    assert made == strimzi_acls(grant for name in principals(topics) for grant in grants(topics, name))
    assert {"worker", "gateway", "tower", "notify", "canary", "port.qingdao"} <= made.keys()
    for name, acls in made.items():
        writes = {acl["resource"]["name"] for acl in acls if "Write" in acl["operations"]}
        if name.startswith("port."):
            assert writes and all(topic.startswith(name.removeprefix("port.") + ".") for topic in writes)


def test_the_users_of_strimzi_are_those_that_the_programs_log_in_as() -> None:
    users = of_kind("everything", "KafkaUser")
    assert {each["spec"]["authentication"]["type"] for each in users.values()} == {"scram-sha-512"}
    assert {KAFKA_USERS[part]["name"] for part in KAFKA_USERS if part != "topics"} <= users.keys()
    # Strimzi names the Secret as the user, and puts it beside the user.
    assert all(each["secret"] == each["name"] for each in KAFKA_USERS.values())


def test_keda_asks_for_the_lag_as_the_workers_do() -> None:
    (scaled,) = of_kind("everything", "ScaledObject").values()
    (login,) = of_kind("everything", "TriggerAuthentication").values()
    (trigger,) = scaled["spec"]["triggers"]
    assert trigger["authenticationRef"] == {"name": login["metadata"]["name"]}
    assert (trigger["metadata"]["tls"], trigger["metadata"]["sasl"]) == ("enable", "scram_sha512")
    (worker,) = [pod for pod in PODS if (pod.set, pod.part) == ("everything", "worker")]
    (name,) = login["spec"]["env"]
    assert (name["parameter"], name["containerName"]) == ("username", worker.container["name"])
    assert name["name"] in worker.variables
    read = {each["parameter"]: (each["name"], each["key"]) for each in login["spec"]["secretTargetRef"]}
    secret = KAFKA_USERS["worker"]["secret"]
    assert read == {"ca": (VALUES["everything"]["kafka"]["caSecret"], "ca.crt"), "password": (secret, "password")}


def test_they_belong_to_the_cluster_that_was_named() -> None:
    wanted = VALUES["everything"]["strimzi"]
    for kind in ("KafkaTopic", "KafkaUser"):
        for each in of_kind("everything", kind).values():
            assert each["metadata"]["namespace"] == wanted["namespace"]
            assert each["metadata"]["labels"] == {"strimzi.io/cluster": wanted["cluster"]}


# -- the network -------------------------------------------------------------------------------------------------------


class Place(NamedTuple):
    """Somebody on the network: labels of namespace and pod, or an address outside of the cluster."""

    namespace: str
    labels: dict[str, str]
    ports: tuple[int, ...]
    outside: bool = False


def places(name: str) -> dict[str, Place]:
    own, kafka = chart.RELEASE, "kafka" if name == "everything" else chart.RELEASE
    others = {
        "dns": Place("kube-system", {"k8s-app": "kube-dns"}, (53, 9153)),
        "kafka": Place(kafka, {"app": "kafka"}, (9092, 9093)),
        "clickhouse": Place(own, {"app": "clickhouse"}, (9000, 8123)),
        "registry": Place(own, {"app": "registry"}, (8081,)),
        "ingress": Place("ingress-nginx", {"app": "nginx"}, (443,)),
        "prometheus": Place("monitoring", {"app": "prometheus"}, (9090,)),
        "stranger": Place("other", {"app": "stranger"}, (80, 443, 587, 8081, 9000, 9092)),
        "neighbour": Place(own, {"app": "neighbour"}, (80, 443, 8080)),
        "kubernetes": Place("default", {"component": "apiserver"}, (443, 6443)),
        "internet": Place("", {}, (80, 443, 465, 587, 9092), outside=True),
    }
    ours = [pod for pod in PODS if pod.set == name]
    closed = 7777  # whatever a pod may open besides, by a library's whim
    return others | {pod.part: Place(own, labels_of(pod), (closed, *([port_of(pod)] if pod.stays else ()))) for pod in ours}


def matches(selector: Object, labels: dict[str, str]) -> bool:
    assert selector.keys() <= {"matchLabels", "matchExpressions"}
    for each in selector.get("matchExpressions", ()):
        assert each["operator"] == "In"
        if labels.get(each["key"]) not in each["values"]:
            return False
    found: dict[str, str] = selector.get("matchLabels", {})
    return found.items() <= labels.items()


def is_peer(peer: Object, place: Place) -> bool:
    if "ipBlock" in peer:
        return place.outside
    if place.outside:
        return False
    if "namespaceSelector" in peer:
        if not matches(peer["namespaceSelector"], {"kubernetes.io/metadata.name": place.namespace}):
            return False
    elif place.namespace != chart.RELEASE:
        return False
    return matches(peer.get("podSelector", {}), place.labels)


def lets_through(policies: list[Object], place: Place, direction: str, other: Place, port: int) -> bool:
    """Whether the policies let a place send to another (Egress), or be reached by it (Ingress), at a port."""
    if place.outside or place.namespace != chart.RELEASE:
        return True  # others' pods are not ours to guard
    mine = [p["spec"] for p in policies if matches(p["spec"]["podSelector"], place.labels)]
    mine = [spec for spec in mine if direction in spec["policyTypes"]]
    rules = [rule for spec in mine for rule in spec.get(direction.lower(), ())]
    side = "to" if direction == "Egress" else "from"
    return not mine or any(
        port in {each["port"] for each in rule["ports"]} and any(is_peer(peer, other) for peer in rule[side])
        for rule in rules
    )


#: Whom each part must reach; Kafka at the port of KAFKA_PORTS.
KAFKA_PORTS = {"default": "9092", "everything": "9093"}
WAYS = {
    "topics": {"kafka"},
    "tables": {"clickhouse:9000"},
    "epoch": {"clickhouse:9000"},
    "worker": {"kafka", "clickhouse:9000"},
    "gateway": {"kafka"},
    "tower": {"kafka", "clickhouse:9000"},
    "notify": {"kafka", "internet:443", "internet:465", "internet:587"},
    "canary": {"kafka", "clickhouse:9000"},
    "ingress": {"gateway:8088", "tower:8090"},
    "prometheus": {"worker:9100", "gateway:8088", "tower:8090", "notify:9102", "canary:9103"},
}


@every_set
def test_the_network_lets_every_needed_way_through_and_no_other(name: str) -> None:
    policies = list(of_kind(name, "NetworkPolicy").values())
    here = places(name)
    ours = {pod.part for pod in PODS if pod.set == name}
    found: dict[str, set[str]] = {}
    for one, other in product(here, here):
        if one == other or not {one, other} & ours:
            continue
        for port in here[other].ports:
            if lets_through(policies, here[one], "Egress", here[other], port) and lets_through(
                policies, here[other], "Ingress", here[one], port
            ):
                found.setdefault(one, set()).add(f"{other}:{port}")
    wanted = {
        one: {f"kafka:{KAFKA_PORTS[name]}" if way == "kafka" else way for way in ways if way.partition(":")[0] in here}
        | ({"dns:53"} if one in ours else set())
        for one, ways in WAYS.items() if one in here
    }  # fmt: skip
    if name == "everything":
        wanted["worker"].add("registry:8081")
    assert found == wanted


# -- the guide ---------------------------------------------------------------------------------------------------------

GUIDE = (ROOT / "docs" / "kubernetes.md").read_text("utf-8")


def test_every_value_that_the_guide_names_is_one() -> None:
    known = paths(VALUES["default"])
    top = set(VALUES["default"])
    named = {span for span in re.findall(r"`([\w.]+)`", GUIDE) if span.split(".")[0] in top and "." in span} - {"notify.yaml"}
    assert len(named) > 5 and named <= known
    assert set(re.findall(r"--set (\S+?)=", GUIDE)) <= known


def test_the_guide_makes_the_secrets_that_the_pods_look_for() -> None:
    """Those of the default values; with all that the pods read in them."""
    made = {
        name: set(re.findall(r"--from-file=(\S+)", keys))
        for name, keys in re.findall(r"create secret generic (\S+) (.+)", GUIDE)
    }
    wanted: dict[str, set[str]] = {}
    for pod in (pod for pod in PODS if pod.set == "default"):
        for each in pod.variables.values():
            if reference := each.get("valueFrom", {}).get("secretKeyRef"):
                wanted.setdefault(reference["name"], set()).add(reference["key"])
        files = {Path(word).name for word in pod.container["args"] if word.startswith("/run/secrets/")}
        wanted |= {each["secret"]["secretName"]: files for each in pod.spec["volumes"] if "secret" in each}
    assert made == wanted


def test_what_the_guide_asks_kubectl_for_is_there() -> None:
    asked = set(re.findall(r"(statefulset|job)[/ ](yigangtong-\w+)", GUIDE))
    assert asked == {("statefulset", "yigangtong-worker"), ("job", "yigangtong-tables")}
    assert all(name in of_kind("default", {"statefulset": "StatefulSet", "job": "Job"}[kind]) for kind, name in asked)


# -- Helm itself -------------------------------------------------------------------------------------------------------

HELM = chart.find_helm()
needs_helm = [
    pytest.mark.slow,
    pytest.mark.skipif(HELM is None, reason="no helm: put it on PATH, or set HELM"),
    pytest.mark.may_skip(reason="Helm comes from no package index; the rendered text is committed and checked by its digest"),
]


def helm(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(HELM), *arguments], cwd=ROOT, capture_output=True, text=True)


def test_without_helm_one_line_says_what_to_do(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("HELM", "no-such-helm")
    before = [path.read_bytes() for path in chart.CHART.glob("files/*.yaml")]
    assert chart.main() == 1
    assert capsys.readouterr().err == chart.NO_HELM + "\n"
    assert [path.read_bytes() for path in chart.CHART.glob("files/*.yaml")] == before


class TestHelm:
    pytestmark = needs_helm

    @every_set
    def test_helm_renders_what_is_committed(self, name: str) -> None:
        assert chart.render(str(HELM), name) == TEXTS[name]

    @every_set
    def test_helm_finds_nothing_to_say(self, name: str) -> None:
        values = chart.SETS[name]
        done = helm("lint", "--strict", "--kube-version", chart.KUBERNETES, str(chart.CHART),
                    *(["--values", str(values)] if values else []))  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr

    @pytest.mark.parametrize(
        ("wrong", "said"),
        [
            ("worker.replicas=9", "a worker without a partition is idle"),
            ("keda.enabled=true,keda.maxReplicas=9", "each may be at most the next"),
            ("gateway.ingress.host=events.example.com", "an ingress needs a tlsSecret"),
            ("epoch.reason=because", "who decides it"),
            ("image.tag=latest", "/image/tag"),
            ("settings.bootstrap=elsewhere:9092", "invalid propertyName 'bootstrap'"),
            ("worker.replica=3", "replica"),
            ("kafka.protocol=TLS", "/kafka/protocol"),
            ("kafka.caSecret=ca", "kafka.caSecret cannot count: kafka.protocol PLAINTEXT has no TLS"),
            ("kafka.protocol=SASL_SSL,kafka.users.gateway.secret=", "kafka.users.gateway.secret: kafka.protocol SASL_SSL"),
        ],
    )
    def test_values_that_make_no_sense_are_refused(self, wrong: str, said: str) -> None:
        done = helm("template", "x", str(chart.CHART), "--kube-version", chart.KUBERNETES, "--set", wrong)
        assert done.returncode != 0 and said in done.stderr, done.stderr

    def test_client_certificates_stand_in_for_the_password(self) -> None:
        values = "kafka.protocol=SSL,kafka.caSecret=main-cluster-ca-cert,keda.enabled=true,strimzi.enabled=true"
        done = helm("template", "x", str(chart.CHART), "--kube-version", chart.KUBERNETES, "--set", values)
        found = [each for each in yaml.safe_load_all(done.stdout) if each]
        worker = next(each for each in found if each["kind"] == "StatefulSet")["spec"]["template"]["spec"]
        told = {e["name"]: e["value"] for e in worker["containers"][0]["env"] if e["name"] in KAFKA_SETTINGS}
        at = "/run/secrets/kafka-user"
        assert told == {
            "YGT_KAFKA_PROTOCOL": "SSL", "YGT_KAFKA_CA_FILE": "/run/secrets/kafka-ca/ca.crt",
            "YGT_KAFKA_CERT_FILE": f"{at}/user.crt", "YGT_KAFKA_KEY_FILE": f"{at}/user.key",
        }  # fmt: skip
        (volume,) = [each["secret"] for each in worker["volumes"] if each["name"] == "kafka-user"]
        assert [each["path"] for each in volume["items"]] == ["user.crt", "user.key"]
        (login,) = [each["spec"] for each in found if each["kind"] == "TriggerAuthentication"]
        assert {each["parameter"] for each in login["secretTargetRef"]} == {"ca", "cert", "key"} and "env" not in login
        users = [each for each in found if each["kind"] == "KafkaUser"]
        assert users and all(each["spec"]["authentication"] == {"type": "tls"} for each in users)

    def test_helm_takes_the_commands_of_the_guide(self) -> None:
        commands = re.findall(r"^helm (?:install|upgrade) (.+)$", GUIDE, re.M)
        assert len(commands) == 3
        for command in commands:
            words = shlex.split(command.replace("my-values.yaml", "deploy/k8s/everything.yaml"))
            done = helm("template", *words, "--kube-version", chart.KUBERNETES)
            assert done.returncode == 0, done.stderr

    def test_large_numbers_stay_whole(self) -> None:
        values = "settings.sink_limit_bytes=268435456,settings.drain_timeout_s=7.5,keda.enabled=true,keda.lag=2000000"
        done = helm("template", "x", str(chart.CHART), "--kube-version", chart.KUBERNETES, "--set", values)
        assert {'"268435456"', '"7.5"', '"2000000"'} <= set(re.findall(r'"[\d.]+"', done.stdout)), done.stderr
