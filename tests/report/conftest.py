"""The made-up report, bound to a temporary project."""

import pytest

from sample_report import write_sample


@pytest.fixture
def sample(tmp_path):
    """write_sample: (notebook node, report)."""
    return lambda language="en", **options: write_sample(tmp_path, language, **options)
