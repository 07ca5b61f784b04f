import importlib.util
from pathlib import Path

import pytest

from workbook.intake.matching.profiles import load_profile
from workbook.intake.matching.propose import propose

_spec = importlib.util.spec_from_file_location(
    "crm_exports", Path(__file__).parents[1] / "exports.py"
)
_module = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(_module)


@pytest.fixture
def exports():
    """Small exports: `zoho()`, `fxiaoke()`, and `raw(name, columns)` for a table of one's own."""
    return _module


@pytest.fixture
def raw():
    return _module.raw


@pytest.fixture
def profile(tmp_path):
    return lambda name: load_profile(name, params_dir=tmp_path)


@pytest.fixture
def blocks(profile):
    """{canonical table: its first block} proposed for tables, by a profile or without."""

    def proposed(tables, name=""):
        found = propose(tables, profile(name) if name else None)
        return {block.table: block for block in reversed(found.blocks)}

    return proposed
