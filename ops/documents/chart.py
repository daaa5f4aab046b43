"""The Helm chart's part that is made from ``schemas/topics.yaml``, and the chart as Helm renders it.

``deploy/k8s/rendered`` is committed, so that the chart is checked where no Helm is. ``make chart`` renders it anew.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

import yaml

from connectors.kafka.access import grants, principals, strimzi_acls
from schemas.topics import load_topics

K8S: Final = Path(__file__).parents[2] / "deploy" / "k8s"
CHART: Final = K8S / "yigangtong"
#: Name of the rendered text -> the file of values that it is rendered with, None: the chart's own.
SETS: Final = {"default": None, "everything": K8S / "everything.yaml"}
#: Release and namespace of the rendered texts, and the Kubernetes that they are rendered for.
RELEASE: Final = "yigangtong"
KUBERNETES: Final = "1.34.0"
NO_HELM: Final = (
    "there is no helm 找不到 helm: install Helm 3 (with Go: go install helm.sh/helm/v3/cmd/helm@v3.19.0), "
    "or say where it is: make chart HELM=/path/to/helm"
)


def kafka() -> str:
    """Topics and users for Strimzi. Partitions and replicas are not in it: they are values of the chart."""
    topics = load_topics().all
    acls = strimzi_acls(grant for name in principals(topics) for grant in grants(topics, name))
    document = {
        "topics": [{"name": topic.name, "config": dict(topic.config)} for topic in topics],
        "users": [{"name": name, "acls": found} for name, found in acls.items()],
    }
    head = "# Made from schemas/topics.yaml by `yigangtong schemas docs`: change it there.\n"
    return head + yaml.safe_dump(document, sort_keys=False, default_flow_style=None, width=128)


def digest() -> str:
    """Of all that decides what is rendered: the chart's files and the sets of values."""
    files = [Path(folder, name) for folder, _, names in os.walk(CHART, followlinks=True) for name in names]
    files += [values for values in SETS.values() if values is not None]
    total = hashlib.sha256()
    for path in sorted(files):
        total.update(f"\0{path.relative_to(K8S).as_posix()}\0".encode())
        total.update(path.read_bytes())
    return total.hexdigest()


def rendered(name: str) -> Path:
    """Where the rendered text of a set of values stands."""
    return K8S / "rendered" / f"{name}.yaml"


def render(helm: str, name: str) -> str:
    """What Helm makes of the chart with a set of values. Raises RuntimeError with what Helm says when it refuses."""
    values = SETS[name]
    command = [helm, "template", RELEASE, str(CHART), "--namespace", RELEASE, "--kube-version", KUBERNETES]
    done = subprocess.run([*command, *(["--values", str(values)] if values else [])], capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(done.stderr.strip())
    return f"# Rendered by `make chart`: values {name}, digest {digest()}\n{done.stdout}"


def find_helm() -> str | None:
    """The setting HELM, else what PATH has."""
    return shutil.which(os.environ.get("HELM") or "helm")


def main() -> int:
    """Write the chart's generated file and the rendered texts."""
    helm = find_helm()
    if helm is None:
        print(NO_HELM, file=sys.stderr)
        return 1
    (CHART / "files" / "kafka.yaml").write_text(kafka(), "utf-8")
    for name in SETS:
        rendered(name).parent.mkdir(exist_ok=True)
        rendered(name).write_text(render(helm, name), "utf-8")
        print(rendered(name).relative_to(K8S.parents[1]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
