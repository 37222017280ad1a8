"""The floors of the house, and the two contracts of our own."""

import subprocess
import sys
from pathlib import Path

import pytest
from grimp import ImportGraph
from importlinter import ContractCheck

from tools.import_contract import PrivateRooms, PureRooms

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def graph() -> ImportGraph:
    """Build a house with a sound context `sales` and its neighbour `cash`."""
    house = ImportGraph()
    for module in ("kontor", "kontor.core", "kontor.core.clock", "kontor.sales", "kontor.sales.views"):
        house.add_module(module)
    for module in ("kontor.sales.rules", "kontor.sales.words", "kontor.cash", "kontor.cash.actions"):
        house.add_module(module)
    return house


def _private(graph: ImportGraph) -> ContractCheck:
    options = {"root": "kontor", "rooms": ["views"], "shared_by": ["kontor.site."]}
    return PrivateRooms(name="doors", session_options={}, contract_options=options).check(graph, verbose=False)


def _pure(graph: ImportGraph) -> ContractCheck:
    options = {"root": "kontor", "rooms": ["rules"], "banned": ["kontor.core.clock"]}
    return PureRooms(name="pure", session_options={}, contract_options=options).check(graph, verbose=False)


def test_every_import_of_the_house_keeps_the_contracts() -> None:
    command = [sys.executable, str(Path(sys.executable).with_name("lint-imports")), "--no-logo", "--no-cache"]

    linted = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)

    assert linted.returncode == 0, linted.stdout


def test_a_context_uses_its_own_doors_freely(graph: ImportGraph) -> None:
    graph.add_import(importer="kontor.sales.words", imported="kontor.sales.views")

    assert _private(graph).kept


def test_a_walk_into_another_context_s_door_is_named(graph: ImportGraph) -> None:
    graph.add_import(importer="kontor.cash.actions", imported="kontor.sales.views")

    assert _private(graph).metadata["broken"] == [("kontor.cash.actions", "kontor.sales.views")]


def test_rules_that_know_no_clock_are_pure(graph: ImportGraph) -> None:
    graph.add_import(importer="kontor.sales.rules", imported="kontor.sales.words")

    assert _pure(graph).kept


def test_a_clock_behind_a_neighbour_makes_rules_impure(graph: ImportGraph) -> None:
    graph.add_import(importer="kontor.sales.rules", imported="kontor.sales.words")
    graph.add_import(importer="kontor.sales.words", imported="kontor.core.clock")

    broken = _pure(graph).metadata["broken"]

    assert broken == [("kontor.sales.rules", "kontor.sales.words", "kontor.core.clock")]
