"""docker-compose.yml, Dockerfile and Caddyfile hang together. They are read here, not run."""

from __future__ import annotations

import importlib
import re
import secrets
import tomllib
from typing import Any

import pytest
import yaml

from scheduler import settings
from tests.house.tree import ROOT

COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
OURS = ("upgrade", "web", "worker")
CONDITIONS = {"service_started", "service_healthy", "service_completed_successfully"}


def test_there_is_a_web_a_worker_a_database_and_a_proxy() -> None:
    assert set(SERVICES) == {*OURS, "postgres", "caddy"}


@pytest.mark.parametrize("name", SERVICES)
def test_every_image_is_pinned_to_a_version(name: str) -> None:
    assert re.search(r":\d", SERVICES[name]["image"])


def test_our_image_carries_our_version() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    assert {SERVICES[name]["image"] for name in OURS} == {f"ordskifte:{version}"}


def test_only_the_proxy_is_reached_from_outside() -> None:
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["caddy"]
    assert SERVICES["postgres"]["networks"] == ["inside"]
    assert COMPOSE["networks"]["inside"]["internal"] is True


@pytest.mark.parametrize("name", SERVICES)
def test_what_a_service_uses_is_declared(name: str) -> None:
    service = SERVICES[name]
    assert set(service.get("secrets", ())) <= set(COMPOSE["secrets"])
    assert set(service["networks"]) <= set(COMPOSE["networks"])
    mounted = {place.split(":")[0] for place in service.get("volumes", ())}
    assert {place for place in mounted if not place.startswith(".")} <= set(COMPOSE["volumes"])
    assert [place for place in mounted if place.startswith(".") and not (ROOT / place).exists()] == []


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_waits_for_what_can_become_ready(name: str) -> None:
    waits = SERVICES[name].get("depends_on", {})
    for other, how in waits.items() if isinstance(waits, dict) else ((other, {}) for other in waits):
        condition = how.get("condition", "service_started")
        assert condition in CONDITIONS
        assert condition != "service_healthy" or "healthcheck" in SERVICES[other]


@pytest.mark.parametrize("name", OURS)
def test_every_setting_in_it_is_one_we_read(name: str) -> None:
    given = set(SERVICES[name]["environment"])
    assert given <= {known + ending for known in settings.names() for ending in ("", "_FILE")}


@pytest.mark.parametrize("name", [*OURS, "postgres"])
def test_no_secret_stands_in_the_environment(name: str) -> None:
    secret = re.compile("KEY|PASSWORD|DATABASE_URL|MAIL_SERVER")
    assert [key for key in SERVICES[name]["environment"] if secret.search(key) and not key.endswith("_FILE")] == []


def test_the_schema_is_brought_up_to_date_before_anything_starts() -> None:
    assert SERVICES["upgrade"]["command"] == ["ordskifte", "upgrade"]
    for name in ("web", "worker"):
        assert SERVICES[name]["depends_on"]["upgrade"]["condition"] == "service_completed_successfully"


def test_the_web_servers_application_exists() -> None:
    module, _, call = SERVICES["web"]["command"][-1].partition(":")
    assert callable(getattr(importlib.import_module(module), call.removesuffix("()")))


def test_the_image_is_built_from_the_locks_and_does_not_run_as_root() -> None:
    assert "--require-hashes --no-deps -r /tmp/requirements.lock" in DOCKERFILE
    last_stage = DOCKERFILE.rpartition("\nFROM ")[2]
    assert re.search(r"^USER (?!root)\w+$", last_stage, re.MULTILINE)


def test_what_the_image_is_built_from_is_not_ignored() -> None:
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").split()
    needed = {
        "ordskifte",
        "web",
        "scheduler",
        "connectors",
        "migrations",
        "pyproject.toml",
        "hatch_build.py",
        "LICENSE",
    }
    assert needed.isdisjoint(ignored)


def test_the_proxy_leads_to_the_port_that_the_web_listens_on() -> None:
    caddyfile = (ROOT / "Caddyfile").read_text(encoding="utf-8")
    port = re.search(r"reverse_proxy web:(\d+)", caddyfile)
    assert port
    assert f"--bind=0.0.0.0:{port[1]}" in SERVICES["web"]["command"]
    assert caddyfile.count("{") == caddyfile.count("}")


def test_no_log_of_requests_holds_a_secret_address() -> None:
    log = (ROOT / "Caddyfile").read_text(encoding="utf-8").partition("\tlog {")[2]
    hidden = re.search(r'request>uri regexp "([^"]+)" "([^"]+)"', log)
    assert hidden
    address = f"/fjordvik/calendar/feeds/{secrets.token_urlsafe(32)}.ics"
    assert re.sub(hidden[1], hidden[2], address) == "/fjordvik/calendar/feeds/(secret)"
    assert "--access-logfile" not in " ".join(SERVICES["web"]["command"])
