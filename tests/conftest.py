"""What several test folders use: the project's places, the demo orders, a browser."""

import os
import shutil
import signal
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"  # real data to try things on; tests that use them say why they skip

# a shell that starts the tests in the background has them, and what they start, ignore Ctrl-C
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def demo_data() -> Path:
    """data/ with the demo clients in it: the simulated company, and the two of CDNOW."""
    from workbook.intake.cdnow import write_demo_orders
    from workbook.intake.company.demo import write_demo

    write_demo_orders(ROOT / "data")
    simulator = (ROOT / "lib/workbook/intake/company").iterdir()
    made = ROOT / "data/demo/orders.parquet"
    if not made.is_file() or made.stat().st_mtime < max(p.stat().st_mtime for p in simulator):
        write_demo("demo", to=ROOT)
    return ROOT / "data"


@pytest.fixture(scope="session")
def real_data() -> Path:
    if not (SHARED / "data").is_dir():
        pytest.skip("needs the folder of real data beside the project")
    return SHARED / "data"


@pytest.fixture(scope="session")
def browser():
    """Headless Chromium; CI installs it, so there its absence is a failure."""
    chromium = shutil.which("chromium")
    if chromium is None:
        if os.environ.get("CI"):
            pytest.fail("Chromium is missing: .ci/run installs it")
        pytest.skip("needs Chromium (Debian package chromium)")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        instance = playwright.chromium.launch(
            executable_path=chromium,
            args=[
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
            ],
        )
        yield instance
        instance.close()
