"""A batch of eight notebooks against a plain loop of papermill and nbconvert over the same files.

Each notebook imports the stack and draws eight charts. Whole processes are timed, in turns, with
warm file caches; every cell must show the same in all of them.

    python tests/bench/batch.py [--rounds 3]
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from batch_project import Project

NOTEBOOKS, CHARTS = 8, 8
TARGETS = {"one by one": 1 / 3, "two at a time": 0.6}
STACK = """import ibis
import lifelines
import numpy as np
import pandas as pd
import scipy.optimize
import scipy.stats
import seaborn as sns
import sklearn.cluster
import sklearn.linear_model
from workbook.report import charts"""
CHART = """draw = np.random.default_rng({seed}).lognormal(3, 1, 400)
frame = pd.DataFrame({{"band": pd.qcut(draw, 6).codes.astype(str), "value": draw}})
frame = frame.groupby("band", as_index=False)["value"].sum()
ax = charts.plot_columns(
    frame, x="band", value="value", form=report.fmt.money, title="Band 5 brings most, {seed}", alt="Six columns."
)
report.figure(ax, subtitle="simulated", numbers=frame, columns={{"band": "Band", "value": "Value"}})
frame.round(6)"""


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=3)
    rounds = parser.parse_known_args()[0].rounds
    with tempfile.TemporaryDirectory() as folder:
        project = Project(Path(folder))
        project.client()
        for number in range(NOTEBOOKS):
            cells = [CHART.format(seed=number * CHARTS + chart) for chart in range(CHARTS)]
            project.theme(f"theme_{number}", STACK, *cells)
        loop(project, "warm", workers=2, notebooks=["theme_0"])
        ways = {
            "workbook run": lambda: batch(project),
            "one by one": lambda: loop(project, "one", workers=1),
            "two at a time": lambda: loop(project, "two", workers=2),
        }
        seconds, work = {way: [] for way in ways}, {way: [] for way in ways}
        for _ in range(rounds):
            for way, run in ways.items():
                began, spent = time.perf_counter(), processor_seconds()
                run()
                seconds[way].append(time.perf_counter() - began)
                work[way].append(processor_seconds() - spent)
        compare(project)
    return report(seconds, work)


def processor_seconds():
    """Of all processes that have ended below this one."""
    spent = os.times()
    return spent.children_user + spent.children_system


def environment():
    """As on an operator's machine: byte code is kept."""
    return {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}


def tool(name):
    return str(Path(sys.executable).with_name(name))


def call(words, folder):
    subprocess.run(words, cwd=folder, env=environment(), check=True, capture_output=True)


def batch(project):
    shutil.rmtree(project.folder / "outputs", ignore_errors=True)
    call([tool("workbook"), "run", "acme"], project.folder)


def loop(project, name, *, workers, notebooks=None):
    target = project.folder / name
    target.mkdir(exist_ok=True)
    source = project.folder / "notebooks"

    def one(theme):
        done = str(target / f"{theme}.ipynb")
        call([tool("papermill"), f"{theme}.ipynb", done, "--no-progress-bar"], source)
        call([tool("jupyter"), "nbconvert", "--to", "html", done], source)

    themes = notebooks or sorted(path.stem for path in source.glob("*.ipynb"))
    with ThreadPoolExecutor(workers) as pool:
        list(pool.map(one, themes))


def shown(path):
    """What each cell of an executed notebook shows, without the footer's clock."""
    cells = json.loads(path.read_text())["cells"]
    code = [cell for cell in cells if cell["cell_type"] == "code" and cell["source"]]
    own = [c for c in code if "injected-parameters" not in c["metadata"].get("tags", [])]
    return [[output.get("data", output.get("text")) for output in c["outputs"]] for c in own[:-1]]


def compare(project):
    """Every notebook shows the same however it ran, and has its page."""
    for number in range(NOTEBOOKS):
        ours = shown(project.target() / "notebooks" / f"theme_{number}.ipynb")
        assert sum("<figure" in str(cell) for cell in ours) == CHARTS
        page = (project.target() / f"theme_{number}.html").read_text()
        assert page.count("<img") >= CHARTS
        for name in ("one", "two"):
            assert ours == shown(project.folder / name / f"theme_{number}.ipynb"), (number, name)
            assert (project.folder / name / f"theme_{number}.html").is_file()


def report(seconds, work):
    median = {way: statistics.median(times) for way, times in seconds.items()}
    print(f"{NOTEBOOKS} notebooks of {CHARTS} charts, {os.cpu_count()} cores, equal outputs")
    for way, value in median.items():
        times = ", ".join(f"{t:.1f}" for t in seconds[way])
        print(
            f"  {way:14} {value:6.1f} s   ({times}); {statistics.median(work[way]):.1f} s of work"
        )
    missed = 0
    for way, target in TARGETS.items():
        ratio = median["workbook run"] / median[way]
        missed += ratio > target
        print(f"  of {way}: {ratio:.2f}, at most {target:.2f} wanted")
    return int(missed > 0)


if __name__ == "__main__":
    sys.exit(main())
