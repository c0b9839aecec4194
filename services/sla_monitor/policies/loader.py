"""Reads a folder of policies and refuses one that leaves a question open."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from services.sla_monitor.domain.policies import InternalPolicy, Ladders, LegalPolicy, Policy, PolicySet
from shared.contracts.vocabulary import Priority, Regime
from shared.datafiles import DataFileError, load

STANDARD = Path(__file__).with_name("standard")
"""The policies of the municipality."""
SHORT = Path(__file__).with_name("demo")
"""Targets of minutes, to watch a clock run out. Legal periods as they are."""


class _LegalFile(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")
    policies: tuple[LegalPolicy, ...]


class _InternalFile(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")
    policies: tuple[InternalPolicy, ...]


def load_policies(folder: Path = STANDARD) -> PolicySet:
    """Return the policies in ``folder``: legal.yaml, internal.yaml and ladders.yaml.

    Raises:
        DataFileError: a file is wrong (named with line and field), a regime or a priority class has no
            policy, or the validity of two policies for the same thing overlaps or leaves a gap.
    """
    legal_file, internal_file = folder / "legal.yaml", folder / "internal.yaml"
    legal = load(legal_file, _LegalFile).policies
    internal = load(internal_file, _InternalFile).policies
    for regime in Regime:
        _check_succession(legal_file, regime, [p for p in legal if p.regime is regime])
    for priority in Priority:
        _check_succession(internal_file, priority, [p for p in internal if p.priority is priority])
    _check_names(legal_file, internal_file, [*legal, *internal])
    return PolicySet(legal=legal, internal=internal, ladders=load(folder / "ladders.yaml", Ladders))


def _check_succession(file: Path, subject: str, policies: Sequence[Policy]) -> None:
    if not policies:
        raise DataFileError(f"{file}: policies: none for {subject}")
    for earlier, later in pairwise(sorted(policies, key=lambda p: p.valid_from)):
        if earlier.valid_to is None or earlier.valid_to + timedelta(days=1) != later.valid_from:
            raise DataFileError(f"{file}: {earlier.name}: valid_to is not the day before {later.name} begins")


def _check_names(legal_file: Path, internal_file: Path, policies: Iterable[Policy]) -> None:
    seen: set[str] = set()
    for policy in policies:
        if policy.name in seen:
            raise DataFileError(f"{legal_file}, {internal_file}: {policy.name} is there twice")
        seen.add(policy.name)
