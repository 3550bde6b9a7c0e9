"""What every test runs under: no network, no settings of the user, its own working directory where asked."""

from __future__ import annotations

import ipaddress
import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import chromium
import pytest
import reader_samples

import kg.building.filling
import kg.pipeline
from kg.ontology import Ontology
from kg.pipeline import Extractor
from kg.resources import ontology_dir
from kg.values import Tables, load_tables

_connect = socket.socket.connect
_connect_ex = socket.socket.connect_ex


def _check(sock: socket.socket, address: Any) -> None:
    if sock.family not in (socket.AF_INET, socket.AF_INET6):
        return
    host = address[0]
    try:
        loopback = ipaddress.ip_address(host).is_loopback
    except ValueError:
        loopback = host == "localhost"
    if not loopback:
        raise RuntimeError(f"a test tried to connect to {host}: kg works without a network")


@pytest.fixture(autouse=True, scope="session")
def no_network() -> Iterator[None]:
    """A connection to anywhere but this machine is an error."""

    def connect(self: socket.socket, address: Any) -> None:
        _check(self, address)
        _connect(self, address)

    def connect_ex(self: socket.socket, address: Any) -> int:
        _check(self, address)
        return _connect_ex(self, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", connect)
        patch.setattr(socket.socket, "connect_ex", connect_ex)
        yield


@pytest.fixture(autouse=True)
def no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """The user's environment does not choose the ontology, the queries or how a store is reached."""
    for name in list(os.environ):
        if name.startswith("KG_"):
            monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def extractor() -> Extractor:
    """An extractor of the project's ontology that reads what `tell` was told, without weights."""
    return reader_samples.told()


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> None:
    """The commands read what `tell` was told, in this process."""
    monkeypatch.setattr(kg.pipeline, "Extractor", lambda ontology: reader_samples.told())
    monkeypatch.setattr(kg.building.filling, "cores", lambda: 1)


@pytest.fixture(scope="session")
def ontology() -> Ontology:
    """The project's ontology."""
    return reader_samples.ontology()


@pytest.fixture(scope="session")
def tables() -> Tables:
    """The tables of the project's lexicon."""
    return load_tables(ontology_dir() / "lexicon")


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working directory."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """One browser a module."""
    yield from chromium.start()
