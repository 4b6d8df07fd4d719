"""The files for Compose, Kubernetes, systemd and Grafana, as far as they can be checked without an engine."""

import configparser
import json
import re
import shlex
from pathlib import Path

import kubernetes_validate
import pytest
import yaml
from prometheus_client.metrics import MetricWrapperBase

from storage.settings import Settings
from workers import counters
from workers.app import QUEUES
from workers.cli import _COMMANDS

DEPLOY = Path(__file__).parents[2] / "deploy"
KUBERNETES = yaml.safe_load((DEPLOY / "kubernetes/detector.yaml").read_text())
COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
SETTINGS = {f"DETECTOR_{name.upper()}" for name in Settings.model_fields}


def commands() -> list[list[str]]:
    """All that the files have the program do."""
    pods = [one["spec"]["template"]["spec"] for one in KUBERNETES["items"] if one["kind"] == "Deployment"]
    found = [container["args"] for pod in pods for container in pod["containers"]]
    found += [
        one["command"] for name, one in COMPOSE["services"].items() if name not in {"database", "broker"}
    ]
    for unit in sorted((DEPLOY / "systemd").glob("*.service")):
        found.append(shlex.split(service(unit)["ExecStart"])[1:])
    return found


def service(unit: Path) -> configparser.SectionProxy:
    read = configparser.ConfigParser(strict=False, interpolation=None)
    read.optionxform = str
    read.read_string(unit.read_text())
    return read["Service"]


@pytest.mark.parametrize(
    "item", KUBERNETES["items"], ids=lambda item: f"{item['kind']} {item['metadata']['name']}"
)
def test_kubernetes_knows_what_is_asked_of_it(item) -> None:
    kubernetes_validate.validate(item, kubernetes_validate.latest_version(), strict=True)


@pytest.mark.parametrize("words", commands(), ids=" ".join)
def test_every_command_is_one(words) -> None:
    assert words[0] in _COMMANDS
    if words[0] == "worker":
        assert {word for word in words[1:] if not word.startswith("--") and not word.isdigit()} <= set(QUEUES)


def test_all_queues_have_their_workers() -> None:
    for part in ("compose", "kubernetes"):
        text = (DEPLOY / ("compose.yaml" if part == "compose" else "kubernetes/detector.yaml")).read_text()
        named = set(
            re.findall(r'"(\w+)"', " ".join(line for line in text.splitlines() if '["worker"' in line))
        )
        assert named >= set(QUEUES)


def test_the_composed_services_lean_on_each_other() -> None:
    services, volumes = COMPOSE["services"], COMPOSE["volumes"]
    for one in services.values():
        assert ("image" in one) or ("build" in one)
        assert set(one.get("depends_on", {})) <= set(services)
        assert {volume.split(":")[0] for volume in one.get("volumes", [])} <= set(volumes)
        assert {name for name in one["environment"] if name.startswith("DETECTOR_")} <= SETTINGS
    assert services["web"]["ports"] == ["127.0.0.1:8000:8000"]


def test_no_password_stands_in_the_files() -> None:
    for file in DEPLOY.rglob("*"):
        if file.is_file():
            assert not re.search(r"(?i)password[\"']?\s*[:=]\s*[\"']?[a-z0-9]{3,}", file.read_text()), file


def test_the_board_asks_for_what_is_measured() -> None:
    board = json.loads((DEPLOY / "grafana/detector.json").read_text())
    asked = {
        name
        for panel in board["panels"]
        for target in panel["targets"]
        for name in re.findall(r"detector_\w+", target["expr"])
    }
    counted = {
        name
        for one in vars(counters).values()
        if isinstance(one, MetricWrapperBase)
        for family in one.describe()
        for name in (f"{family.name}_total", f"{family.name}_bucket")
    }
    standing = set(re.findall(r'"(detector_\w+)"', (DEPLOY.parent / "workers/metrics.py").read_text()))
    assert asked <= counted | standing
    assert len({panel["id"] for panel in board["panels"]}) == len(board["panels"])
