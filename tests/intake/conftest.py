import importlib.util
from pathlib import Path

import pytest

_spec = importlib.util.spec_from_file_location("shop", Path(__file__).parent / "shop.py")
_module = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(_module)


@pytest.fixture
def shop(tmp_path):
    """A client with three readable orders, the file not written yet."""
    return _module.Shop(tmp_path)


@pytest.fixture
def good():
    return _module.GOOD
