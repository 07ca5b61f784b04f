"""Output folders: built aside, swapped in one step, whatever interrupts."""

import os
import subprocess
import sys

import pytest

from workbook.batch import folder as folders
from workbook.batch.folder import OutputFolder, locked, put
from workbook.intake.errors import InputError


def publish(outputs, files, drop=()):
    with OutputFolder(outputs, "acme") as folder:
        folder.stage("2024-12-31")
        for name, text in files.items():
            put(folder.staging / name, text)
        for name in drop:
            (folder.staging / name).unlink()
        folder.publish()
    return outputs / "acme" / "2024-12-31"


def content(target):
    return {str(p.relative_to(target)): p.read_text() for p in target.rglob("*") if p.is_file()}


@pytest.mark.parametrize("in_one_step", [True, False])
def test_a_run_starts_from_the_last_ones_files(tmp_path, monkeypatch, in_one_step):
    if not in_one_step:
        monkeypatch.setattr(folders, "_exchange", lambda one, other: False)
    publish(tmp_path, {"index.html": "1", "a.html": "a1", "lists/a.csv": "x", "old/gone": "y"})
    target = publish(tmp_path, {"index.html": "2", "b.html": "b"}, drop=["old/gone"])
    assert content(target) == {
        "index.html": "2",
        "a.html": "a1",
        "lists/a.csv": "x",
        "b.html": "b",
    }
    assert sorted(p.name for p in (tmp_path / "acme").iterdir()) == [".lock", "2024-12-31"]


def test_folders_are_swapped_in_one_step(tmp_path):
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
        (tmp_path / name / name).touch()
    swapped = folders._exchange(tmp_path / "one", tmp_path / "other")
    assert swapped == (sys.platform == "linux")
    assert (tmp_path / "one" / "other").exists() == swapped


def test_file_by_file_the_index_comes_last(tmp_path, monkeypatch):
    monkeypatch.setattr(folders, "_exchange", lambda one, other: False)
    publish(tmp_path, {"index.html": "1", "index.zh.html": "1", "z.html": "1"})
    order = []
    replace = os.replace

    def watched(source, target):
        order.append(target.name)
        replace(source, target)

    with OutputFolder(tmp_path, "acme") as folder:
        folder.stage("2024-12-31")
        monkeypatch.setattr(os, "replace", watched)
        folder.publish()
    assert order[0] == "z.html" and set(order[1:]) == {"index.html", "index.zh.html"}


def test_staged_files_share_their_content_until_they_are_put_anew(tmp_path):
    target = publish(tmp_path, {"a.html": "old"})
    with OutputFolder(tmp_path, "acme") as folder:
        folder.stage("2024-12-31")
        assert os.path.samefile(folder.staging / "a.html", target / "a.html")
        put(folder.staging / "a.html", "new")
        assert (target / "a.html").read_text() == "old"
    assert content(target) == {"a.html": "old"}  # nothing was published


def test_put_leaves_the_old_file_when_the_disk_is_full(tmp_path, monkeypatch):
    put(tmp_path / "a", "old")
    monkeypatch.setattr(os, "replace", lambda *_: (_ for _ in ()).throw(OSError(28, "full")))
    with pytest.raises(OSError, match="full"):
        put(tmp_path / "a", "new")
    assert content(tmp_path) == {"a": "old"}


def test_what_a_killed_run_left_is_removed(tmp_path):
    script = (
        "import os, signal, sys; from pathlib import Path\n"
        "from workbook.batch.folder import OutputFolder\n"
        "with OutputFolder(Path(sys.argv[1]), 'acme') as folder:\n"
        "    folder.stage('2024-12-31')\n"
        "    (folder.staging / 'half.html').write_text('half')\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    subprocess.run([sys.executable, "-c", script, tmp_path], check=False)
    assert list((tmp_path / "acme").glob(".*.staging/half.html"))
    target = publish(tmp_path, {"index.html": "1"})
    assert content(target) == {"index.html": "1"}
    assert not list((tmp_path / "acme").glob(".*.staging"))


def test_one_run_per_client(tmp_path):
    with (
        OutputFolder(tmp_path, "acme"),
        pytest.raises(InputError, match="another run for acme"),
        OutputFolder(tmp_path, "acme"),
    ):
        pass
    with OutputFolder(tmp_path, "acme"), OutputFolder(tmp_path, "other"):
        pass


def test_a_lock_is_free_again_after_an_error(tmp_path):
    with pytest.raises(KeyError), locked(tmp_path / "lock"):
        raise KeyError
    with locked(tmp_path / "lock"), pytest.raises(BlockingIOError), locked(tmp_path / "lock"):
        pass


def test_a_place_that_can_not_be_written_is_named(tmp_path):
    (tmp_path / "outputs").write_text("a file")
    with (
        pytest.raises(InputError, match=r"outputs.acme can't be written"),
        OutputFolder(tmp_path / "outputs", "acme"),
    ):
        pass
