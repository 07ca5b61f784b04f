"""Our own record of an execution: Papermill's is not to be trusted."""

import threading

import pytest


def test_values_replace_the_parameters_cell(execution, printed):
    outcome = execution("print(repr(level))", parameters={"level": "00123"}).run()
    assert printed(outcome) == "'00123'\n"
    assert outcome.seconds > 0 and outcome.cell is None


def test_a_failing_cell_is_named(execution):
    outcome = execution("# fine\nx = 1", "1 / 0", "y = 2").run()
    assert (outcome.status, outcome.why) == ("failed", "ZeroDivisionError: division by zero")
    assert outcome.cell == {"number": 3, "of": 4, "heading": "", "line": "1 / 0"}


def test_our_own_errors_are_told_as_they_are(execution):
    raising = "from workbook.intake.errors import InputError\nraise InputError('no such thing')"
    assert execution(raising).run().why == "no such thing"


@pytest.mark.parametrize("leave", ["import sys\nsys.exit(0)", "import sys\nsys.exit()"])
def test_leaving_early_is_no_success(execution, leave):
    outcome = execution(leave, "x = 1").run()
    assert outcome.status == "failed" and "stopped itself" in outcome.why
    assert outcome.cell["number"] == 2


@pytest.mark.parametrize("forked", [True, False])
def test_a_kernel_that_dies_is_no_success(execution, zygote, forked):
    deadly = "import os\nos.kill(os.getpid(), 9)"
    outcome = execution("x = 1", deadly, "y = 2", zygote=zygote if forked else None).run()
    assert outcome.status == "failed" and "kernel died" in outcome.why
    assert not forked or "signal 9); most often memory" in outcome.why
    assert outcome.cell["number"] == 3


def test_a_hanging_notebook_can_be_stopped(execution, alive, printed):
    reached = threading.Event()
    hanging = execution(
        "import os, subprocess, time\nchild = subprocess.Popen(['sleep', '60'])",
        "time.sleep(60)",
        on_step=lambda cell, cells, heading: reached.set() if cell == 3 else None,
    )
    outcome = []
    thread = threading.Thread(target=lambda: outcome.append(hanging.run()))
    thread.start()
    assert reached.wait(30)
    hanging.stop("took too long")
    thread.join(10)
    assert (outcome[0].status, outcome[0].why) == ("failed", "took too long")
    assert outcome[0].cell["line"] == "time.sleep(60)"
    assert not alive(hanging.manager.provisioner.pid)


def test_a_stop_before_the_kernel_is_there_counts(execution):
    early = execution("import time\ntime.sleep(60)")
    early.stop("interrupted")
    assert early.run().why == "interrupted"


def test_peak_memory_is_measured(execution):
    small = execution("x = 1").run().peak_memory_mb
    large = execution("x = bytearray(300_000_000)\nx = None").run().peak_memory_mb
    assert 20 < small < large - 200


def test_steps_are_told(execution):
    steps = []
    told = {"parameters": {"level": 2}, "on_step": lambda *step: steps.append(step)}
    execution("x = 1", "y = 2", **told).run()
    # the cell that Papermill adds for the values is none of the reader's
    assert [step[:2] for step in steps] == [(1, 3), (1, 3), (2, 3), (3, 3)]
