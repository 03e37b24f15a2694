"""Alerts are about figures that exist, and each fires when it should."""

from __future__ import annotations

import re
import shutil
import subprocess
from typing import Any

import pytest
import yaml

from chassis.metrics import REGISTRY
from tests.support.sources import ROOT

FOLDER = ROOT / "deploy/prometheus"
PROMTOOL = shutil.which("promtool")
RULES: list[dict[str, Any]] = [
    rule
    for group in yaml.safe_load((FOLDER / "alerts.yaml").read_text("utf-8"))["groups"]
    for rule in group["rules"]
]


def exported() -> set[str]:
    """Every name that a process exports, also of what has no value yet."""
    endings = {"counter": ["_total"], "gauge": [""]}
    histogram = ["_bucket", "_count", "_sum"]
    return {
        family.name + ending
        for family in REGISTRY.collect()
        for ending in endings.get(family.type, histogram)
    }


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_an_alert_asks_for_what_the_processes_export(rule: dict[str, Any]):
    asked = set(re.findall(r"\bprimaries_\w+", rule["expr"]))

    assert asked or rule["expr"].startswith("up{")
    assert asked <= exported()


def test_every_alert_is_in_the_runbook():
    runbook = (ROOT / "docs/runbooks/monitoring.md").read_text(encoding="utf-8")

    assert [rule["alert"] for rule in RULES if rule["alert"] not in runbook] == []


@pytest.mark.skipif(
    PROMTOOL is None, reason="promtool is not installed (make setup-servers)"
)
@pytest.mark.parametrize(
    "command",
    [
        ["check", "rules", "alerts.yaml"],
        ["check", "config", "prometheus.yaml"],
        ["test", "rules", "alerts.test.yaml"],
    ],
    ids=" ".join,
)
def test_promtool_agrees(command: list[str]):
    told = subprocess.run(
        [str(PROMTOOL), *command],
        cwd=FOLDER,
        capture_output=True,
        text=True,
        check=False,
    )

    assert told.returncode == 0, told.stdout + told.stderr


def test_every_alert_has_a_test():
    text = (FOLDER / "alerts.test.yaml").read_text(encoding="utf-8")
    tests = yaml.safe_load(text)["tests"][1]["alert_rule_test"]
    firing = {each["alertname"] for each in tests if each.get("exp_alerts")}

    assert firing == {rule["alert"] for rule in RULES}
