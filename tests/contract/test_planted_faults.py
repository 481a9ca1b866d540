"""The kit is worth something: faults planted in the adapters' own source are caught by it."""

import importlib
import inspect
import sys
import types
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

import adapters
from adapters.contract import PublishError
from tests.contract.cases import case
from tests.contract.planted import PLANTED, Planted
from tests.contract.planted_containers import CONTAINERS
from tests.contract.planted_films import FILMS
from tests.contract.planted_linkedin import LINKEDIN
from tests.contract.planted_pictures import PICTURES
from tests.contract.planted_tiktok import TIKTOK
from tests.contract.play import Case

# Errors and the contract keep their identity: the kit compares with them. Emulators are not what is judged.
_KEPT = ("adapters.contract", "adapters.errors", "adapters.emulators")


EVERY = PLANTED + FILMS + LINKEDIN + PICTURES + CONTAINERS + TIKTOK


@pytest.mark.parametrize("planted", EVERY, ids=lambda p: f"{p.network}: {p.name}")
def test_a_planted_fault_is_caught(planted: Planted) -> None:
    sound = case(planted.network)
    with faulty(planted) as broken:
        planted.caught_by(sound)
        with pytest.raises((AssertionError, pytest.fail.Exception, PublishError, ValueError)):
            planted.caught_by(broken)


@contextmanager
def faulty(planted: Planted) -> Iterator[Case]:
    """Build a network's case anew from patched source; everybody else goes on with the sound modules."""
    sound = {name: module for name, module in sys.modules.items() if name.startswith("adapters.")}
    kept = {name: module for name, module in sound.items() if name.startswith(_KEPT)}
    attributes = dict(vars(adapters))
    try:
        for name in sound.keys() - kept.keys():
            del sys.modules[name]
            # `from adapters import x` takes the package's attribute, and that would be the sound module.
            vars(adapters).pop(name.rpartition(".")[2], None)
        _install(f"adapters.{planted.module}", _patched(sound[f"adapters.{planted.module}"], planted))
        module = importlib.import_module(f"adapters.{planted.network}")
        whole = case(planted.network)
        adapter = getattr(module, whole.adapter.__name__)
        yield replace(whole, adapter=adapter, http=importlib.import_module("adapters.http"))
    finally:
        for name in [name for name in sys.modules if name.startswith("adapters.")]:
            del sys.modules[name]
        sys.modules.update(sound)
        vars(adapters).update(attributes)


def _patched(module: types.ModuleType, planted: Planted) -> str:
    source = inspect.getsource(module)
    if source.count(planted.old) != 1:
        raise LookupError(
            f"{planted.name}: {source.count(planted.old)} places in {planted.module} read {planted.old!r}"
        )
    return source.replace(planted.old, planted.new)


def _install(name: str, source: str) -> None:
    module = types.ModuleType(name)
    sys.modules[name] = module
    setattr(adapters, name.rpartition(".")[2], module)
    exec(compile(source, f"<{name} with a planted fault>", "exec"), vars(module))
