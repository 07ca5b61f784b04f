"""Forked kernels behave like kernels of their own, and none outlives the run."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from queue import Empty

import pytest
from jupyter_core.utils import run_sync

from workbook.batch.kernels import RunKernelClient
from workbook.batch.zygote import Zygote

linux = pytest.mark.skipif(not Zygote.available(), reason="kernels are forked on Linux only")


@linux
def test_the_process_that_forks_has_no_thread(zygote, execution):
    assert execution("x = level").run().status == "done"  # it has finished its imports
    assert os.listdir(f"/proc/{zygote._process.pid}/task") == [str(zygote._process.pid)]


@linux
def test_a_forked_notebook_shows_its_figure(execution):
    outcome = execution("import matplotlib.pyplot as plt\nplt.plot([1, 2])").run()
    assert "image/png" in outcome.notebook.cells[-1].outputs[-1].data


@linux
def test_forks_draw_different_random_numbers(execution, printed):
    draw = "import random, numpy\nprint(random.random(), numpy.random.rand())"
    numbers = [printed(execution(draw).run()).split() for _ in range(2)]
    assert set(numbers[0]).isdisjoint(numbers[1])


@linux
def test_the_engine_works_in_a_fork(execution, printed):
    query = (
        "import duckdb, ibis, pandas as pd\n"
        "counted = duckdb.sql('SELECT i % 3 AS k, count(*) AS n FROM range(3000000) t(i) GROUP BY k')\n"
        "print(sum(n for _, n in counted.fetchall()))\n"
        "print(ibis.memtable(pd.DataFrame({'a': [1, 2]})).a.sum().execute())"
    )
    assert printed(execution(query).run()).split() == ["3000000", "3"]


@linux
def test_what_a_kernel_prints_stays_off_the_terminal(execution, capfd):
    execution("import os\nos.write(1, b'noise')\nos.write(2, b'noise')").run()
    assert "noise" not in "".join(capfd.readouterr())


def test_an_ordinary_kernel_serves_too(execution, printed):
    outcome = execution("print(level)", parameters={"level": 7}, zygote=None).run()
    assert printed(outcome) == "7\n"
    assert outcome.peak_memory_mb is None


@pytest.mark.parametrize(("lives", "why"), [(False, "it died"), (True, "no answer in 0 seconds")])
def test_a_kernel_that_does_not_answer_is_given_up(monkeypatch, lives, why):
    async def silent(self, timeout):
        raise Empty

    async def is_alive(self):
        return lives

    monkeypatch.setattr(RunKernelClient, "kernel_info", lambda self: None)
    monkeypatch.setattr(RunKernelClient, "get_shell_msg", silent)
    monkeypatch.setattr(RunKernelClient, "is_alive", is_alive)
    with pytest.raises(RuntimeError, match=why):
        run_sync(RunKernelClient().wait_for_ready)(timeout=0)


@linux
def test_a_cell_shows_nothing_of_what_the_kernel_was_asked_before(execution):
    outcome = execution("1 + 1").run()
    assert [o.output_type for o in outcome.notebook.cells[-1].outputs] == ["execute_result"]
    assert outcome.notebook.cells[0].outputs == []


@linux
def test_kernels_end_with_the_process_that_forks_them(tmp_path, alive):
    mine = Zygote()
    argv = ["-f", str(tmp_path / "none.json")]
    pid = mine.fork(argv, env=dict(os.environ), cwd=tmp_path)
    assert alive(pid)
    mine.close()
    assert not alive(pid) and not mine.folder.exists()
    assert mine.exit_of(pid)["code"] == -signal.SIGKILL
    with pytest.raises(RuntimeError, match="has ended"):
        mine.fork(argv, env={}, cwd=tmp_path)


RUNNER = """
import os, sys, time
from workbook.batch.zygote import Zygote
zygote = Zygote()
pid = zygote.fork(["-f", sys.argv[1]], env=dict(os.environ), cwd="/")
print(zygote._process.pid, pid, zygote.folder, flush=True)
time.sleep(60)
"""


@linux
@pytest.mark.parametrize("victim", ["runner", "zygote"])
def test_nothing_outlives_a_kill(tmp_path, alive, victim):
    runner = subprocess.Popen(
        [sys.executable, "-c", RUNNER, tmp_path / "k.json"], stdout=subprocess.PIPE, text=True
    )
    zygote, kernel, folder = runner.stdout.readline().split()
    os.kill(runner.pid if victim == "runner" else int(zygote), signal.SIGKILL)
    limit = time.monotonic() + 60
    while (alive(zygote) or alive(kernel)) and time.monotonic() < limit:
        time.sleep(0.02)
    assert not alive(zygote) and not alive(kernel)
    if victim == "runner":
        while Path(folder).exists() and time.monotonic() < limit:
            time.sleep(0.02)
        assert not Path(folder).exists()
    runner.kill()
    runner.wait()
    runner.stdout.close()
