"""Every bench, with the peers in environments of their own (`make bench`).

Peers are installed once under .venv-bench/ (pymc-marketing alone takes about 800 MB).
Figures are of whole processes: medians of five and ratios within this one run.
"""

import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
PEERS = {
    # lifetimes was last released in 2020: it needs the pandas and numpy of its time
    "lifetimes": ["lifetimes==0.11.3", "pandas<2.2", "numpy<2", "pyarrow<20"],
    "pymc-marketing": ["pymc-marketing", "pyarrow"],
    "frames": ["polars", "duckdb<2", "pyarrow"],
}


def python_of(peer: str) -> Path:
    """The interpreter of a peer's environment, made when it isn't there."""
    folder = ROOT / ".venv-bench" / peer
    python = folder / "bin" / "python"
    if not (folder / "ready").exists():
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", *PEERS[peer]], check=True)
        (folder / "ready").touch()
    return python


def main() -> int:
    wanted = sys.argv[1:] or [
        "summary",
        "fits",
        "batch",
        "lifecycle",
        "behavior",
        "contracts",
        "service",
        "loyalty",
        "voice",
        "truth",
        "companies",
        "intake",
        "everything",
    ]
    ours = ROOT / ".venv" / "bin" / "python"
    peers = [f"--{name}={python_of(name)}" for name in PEERS]
    environment = os.environ | {"PYTHONPATH": str(HERE.parent)}  # simulated worlds of the tests
    failed = []
    for name in wanted:
        print(f"\n== {name} ==", flush=True)
        done = subprocess.run([ours, HERE / f"{name}.py", *peers], check=False, env=environment)
        failed += [name] if done.returncode else []
    if failed:
        print("not finished:", ", ".join(failed))
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main())
