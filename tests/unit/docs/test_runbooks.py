"""Every alert has a section that says what to do, and a test that it fires; every section has an alert."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from schemas.metrics import METRICS

ROOT = Path(__file__).parents[3]
PROMETHEUS = ROOT / "deploy" / "prometheus"
GROUPS = [g for path in sorted((PROMETHEUS / "rules").glob("*.yml")) for g in yaml.safe_load(path.read_text("utf-8"))["groups"]]
RULES: list[dict[str, Any]] = [rule for group in GROUPS for rule in group["rules"]]
ALERTS = {rule["alert"]: rule for rule in RULES if "alert" in rule}
RECORDED = {rule["record"]: rule for rule in RULES if "record" in rule}
PAGE = (ROOT / "docs" / "runbooks.md").read_text("utf-8")
SECTIONS = dict(re.findall(r"^## (\w+)\n(.*?)(?=^## |\Z)", PAGE, re.M | re.S))
TESTS = yaml.safe_load((PROMETHEUS / "rules_test.yml").read_text("utf-8"))["tests"]
HAN = re.compile(r"[\u4e00-\u9fff]")

every_alert = pytest.mark.parametrize("name", ALERTS)


@every_alert
def test_an_alert_leads_to_its_section(name: str) -> None:
    assert ALERTS[name]["annotations"]["runbook"] == f"docs/runbooks.md#{name.lower()}"
    section = SECTIONS[name]
    parts = ("What it means 含义**", "What to look at 查看**", "What to do 处理**")
    means, look, do = (section.partition(f"**{part}")[2] for part in parts)
    assert HAN.search(means.partition("**What")[0]) and HAN.search(do)
    assert "- " in look
    urgency = {"page": "Page 立即处理", "ticket": "Ticket 次日处理"}[ALERTS[name]["labels"]["severity"]]
    assert urgency in section


def test_there_is_no_section_without_an_alert() -> None:
    assert SECTIONS.keys() == ALERTS.keys()


@every_alert
def test_an_alert_says_what_happened_and_what_to_do_next(name: str) -> None:
    told = ALERTS[name]["annotations"]
    assert HAN.search(told["summary"])
    assert told["action"].endswith(".")


@every_alert
def test_an_alert_has_a_test_in_which_it_fires_and_one_in_which_it_does_not(name: str) -> None:
    cases = [case for test in TESTS for case in test["alert_rule_test"] if case["alertname"] == name]
    assert any(case.get("exp_alerts") for case in cases)
    assert any(not case.get("exp_alerts") for case in cases)


def test_rules_ask_for_metrics_and_labels_that_are_in_the_list() -> None:
    known = {series: metric for metric in METRICS for series in metric.series}
    for rule in RULES:
        for recorded in RECORDED:
            rule["expr"] = rule["expr"].replace(recorded, "")
        for series, selector in re.findall(r"\b(yigangtong_\w+)(?:\{([^}]*(?:\{\w+\}[^}]*)?)\})?", rule["expr"]):
            labels = {*known[series].labels, "le"}
            assert set(re.findall(r"(\w+)(?:=~|!=|!~|=)\"", selector)) <= labels, rule


def test_a_recorded_name_says_level_metric_and_operation() -> None:
    assert RECORDED
    assert not [name for name in RECORDED if not re.fullmatch(r"[a-z_]+:[a-z_]+:[a-z0-9_]+", name)]
