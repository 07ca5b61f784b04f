"""The command as an operator types it: words, exit codes, and runs that are cut short."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from batch_project import Project
from clients import WORKBOOK, workbook
from workbook.batch.folder import OutputFolder

linux = pytest.mark.skipif(sys.platform != "linux", reason="looks processes up under /proc")


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """A project whose client has a report, with the words of the run that made it."""
    project = Project(tmp_path_factory.mktemp("project"))
    project.theme("alpha", "report.answer('All is well.')")
    project.client()
    return project, workbook("run", "acme", cwd=project.folder)


@pytest.fixture
def project(finished, tmp_path):
    """A copy of the finished project."""
    shutil.copytree(finished[0].folder, tmp_path / "copy")
    return Project(tmp_path / "copy")


def said(done):
    return " ".join((done.stdout + done.stderr).split())


def test_run_tells_where_the_report_lies(finished):
    project, done = finished
    assert done.returncode == 0, done.stderr
    assert str(project.target() / "index.html") in done.stdout
    assert "acme alpha: done in" in done.stdout and done.stderr == ""


def test_a_second_run_with_nothing_changed_is_quick(project):
    before = os.times()
    done = workbook("run", "acme", cwd=project.folder)
    spent = os.times()
    assert done.returncode == 0 and "unchanged" in done.stdout
    # its own time, whatever else the machine is doing
    assert spent.children_user + spent.children_system < 3 + sum(before[2:4])


def test_folders_may_lie_outside_the_project(project, tmp_path):
    for name in ("params", "data"):
        shutil.move(project.folder / name, tmp_path / name)
    (project.folder / "params").mkdir()
    (project.folder / "notebooks" / "deep").mkdir()
    words = ["run", "acme", "--params", "../../../params", "--data", tmp_path / "data"]
    done = workbook(
        *words, "--outputs", tmp_path / "out", cwd=project.folder / "notebooks" / "deep"
    )
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "out/acme/2024-12-31/alpha.html").is_file()


def test_themes_params_and_check(project):
    assert workbook("themes", cwd=project.folder).stdout == "alpha  What about alpha?\n"
    reference = workbook("params", "alpha", cwd=project.folder).stdout.splitlines()
    assert reference[-1] == "level: 1  # integer; 0 to 100"
    checked = workbook("check", "acme", cwd=project.folder)
    assert checked.returncode == 0
    assert "rows read: 40; as of 2024-12-31" in checked.stdout
    assert "\nalpha: can run\n" in checked.stdout
    assert "orders.cost is not there or nearly empty; it would unlock: value as" in checked.stdout


def test_outside_a_project_the_installed_one_serves(tmp_path, root):
    themes = {p.stem for p in (root / "notebooks").glob("[!_]*.ipynb")}
    done = workbook("themes", cwd=tmp_path)
    assert done.returncode == 0 and {line.split()[0] for line in done.stdout.splitlines()} == themes


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["run", "acme", "alhpa"], "no theme 'alhpa'; did you mean 'alpha'?"),
        (["run", "acmee"], "did you mean 'acme'?"),
        (["run", "../acme"], "'../acme' can't be a client"),
        (["run", "acme", "--as-of", "soon"], "must be a date such as 2011-12-09, not 'soon'"),
        (["run", "acme", "--as-of", "1999-01-01"], "1999-01-01"),
        (["run", "acme", "--jobs", "0"], "must be a whole number above 0"),
        (["run", "acme", "--timeout", "-1"], "must be minutes above 0"),
        (["run", "acme", "--language", "fr"], "invalid choice: 'fr'"),
        (["run"], "name one client, or say --all"),
        (["run", "acme", "--all"], "name one client, or say --all"),
        (["run", "--all", "--params", "nowhere"], "no client in"),
        (["run", "acme", "--data", "nowhere"], "orders.csv"),
        (["params", "beta"], "no theme 'beta'"),
        (["lab", "acme", "beta"], "no theme 'beta'"),
        (["check", "nobody"], "no client 'nobody'"),
        ([], "required: COMMAND"),
    ],
)
def test_what_can_not_be_read_exits_2_in_a_sentence(finished, words, message):
    project, _ = finished
    before = project.files()
    done = workbook(*words, cwd=project.folder)
    assert done.returncode == 2 and message in said(done), said(done)
    assert "Traceback" not in said(done)
    assert project.files() == before


def hanging(project):
    """The project's theme changed to one that hangs; where it tells its process id."""
    pids = project.folder / "pids"
    project.theme(
        "alpha",
        "import os, subprocess, time\nchild = subprocess.Popen(['sleep', '100'])",
        f"open({str(pids)!r}, 'w').write(f'{{os.getpid()}} {{child.pid}} ')\ntime.sleep(100)",
    )
    return pids


def processes_of(runner):
    """Every process below `runner`."""
    below, found = [runner], []
    while below:
        parent = below.pop()
        for tasks in Path(f"/proc/{parent}/task").glob("*/children"):
            children = [int(pid) for pid in tasks.read_text().split()]
            below += children
            found += children
    return found


def wait_for(condition):
    limit = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < limit, "waited in vain"
        time.sleep(0.05)


def alive(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@linux
@pytest.mark.parametrize("signum", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM])
def test_a_run_cut_short_leaves_the_last_report_and_no_kernel(project, signum):
    before = project.files()
    pids = hanging(project)
    runner = subprocess.Popen(
        [WORKBOOK, "run", "acme"],
        cwd=project.folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    wait_for(lambda: pids.exists() and pids.read_text().count(" ") == 2)
    family = processes_of(runner.pid)
    assert len(family) == 3  # the process that forks, the kernel, what the kernel started
    runner.send_signal(signum)
    _, words = runner.communicate(timeout=60)
    assert runner.returncode == (-9 if signum == signal.SIGKILL else 130)
    assert "Traceback" not in words
    wait_for(lambda: not any(alive(pid) for pid in family))
    assert project.files() == before
    left = list(project.target().parent.glob(".*.staging"))
    assert bool(left) == (signum == signal.SIGKILL)
    if left:
        project.theme("alpha", "report.answer('Well again.')")
        assert workbook("run", "acme", cwd=project.folder).returncode == 0
        assert project.read("run.json")["themes"]["alpha"]["answer"] == "Well again."
        assert not list(project.target().parent.glob(".*.staging"))


@linux
def test_a_run_killed_while_it_starts_leaves_nothing(project):
    hanging(project)
    runner = subprocess.Popen([WORKBOOK, "run", "acme"], cwd=project.folder, stdout=subprocess.PIPE)
    wait_for(lambda: processes_of(runner.pid))
    family = processes_of(runner.pid)
    runner.kill()
    runner.communicate()
    wait_for(lambda: not any(alive(pid) for pid in family))


def test_two_runs_for_one_client_do_not_mix(project):
    with OutputFolder(project.places.outputs, "acme"):
        other = workbook("run", "acme", cwd=project.folder)
    assert other.returncode == 2 and "another run for acme is under way" in said(other)


@linux
def test_a_disk_that_is_really_full(project):
    outputs = project.folder / "outputs"
    shutil.rmtree(outputs)
    outputs.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=32k", "tmpfs", outputs],
        capture_output=True,
        check=False,
    )
    if mounted.returncode:
        pytest.skip("needs the right to mount a file system of 32 KB")
    try:
        done = workbook("run", "acme", cwd=project.folder)
        assert done.returncode == 2 and "the disk is full" in said(done), said(done)
        assert "Traceback" not in said(done)
        assert not list(outputs.glob("*/*/*")) and not list(outputs.glob("*/.*.staging"))
    finally:
        subprocess.run(["umount", outputs], check=True)


def test_a_terminal_shows_progress(project):
    pty = pytest.importorskip("pty", reason="terminals are imitated on Unix only")
    project.theme("alpha", "import time\ntime.sleep(1)")
    master, slave = pty.openpty()
    runner = subprocess.Popen(
        [WORKBOOK, "run", "acme"], cwd=project.folder, stdout=slave, stderr=slave
    )
    os.close(slave)
    shown = b""
    while True:
        try:
            data = os.read(master, 4096)
        except OSError:  # the other end is closed
            break
        if not data:
            break
        shown += data
    os.close(master)
    assert runner.wait() == 0
    assert b"of 4 (What about alpha?)" in shown and b"acme alpha: done in" in shown
