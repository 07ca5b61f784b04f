"""Whole runs on a small project, in this process."""

import errno
import os
import shutil
import threading
import time

import pytest

from workbook.batch import client_run, theme_run
from workbook.batch.zygote import Zygote


def test_a_run_leaves_its_files(project):
    project.theme(
        "alpha",
        "import pandas as pd\nreport.customer_list('best', pd.DataFrame({'customer_id': ['C1']}))",
        "report.answer('All is well.')\n"
        "report.findings([finding(metric='m', rung='descriptive', statement='It is so.')])",
    )
    done = project.run()
    assert done.code == 0, done.said
    assert set(project.files()) == {
        "alpha.html",
        "index.html",
        "findings.json",
        "record.json",
        "run.json",
        "lists/alpha_best.csv",
        "tables/customer_summary.parquet",
        "tables/snapshot.json",
        "tables/snapshot_customers.parquet",
        "notebooks/alpha.ipynb",
    }
    assert project.read("record.json") == {"alpha": {"level": 1}}
    assert [f["statement"] for f in project.read("findings.json")] == ["It is so."]
    run = project.read("run.json")
    entry = run["themes"]["alpha"]
    assert (run["as_of"], run["name"], run["rows_read"]) == ("2024-12-31", "Acme Ltd", 40)
    assert (entry["status"], entry["why"], entry["answer"]) == ("done", None, "All is well.")
    assert entry["seconds"] > 0 and entry["versions"]["pandas"]
    assert set(entry["hashes"]) == {"notebook", "library", "params", "data", "records"}
    assert (entry["peak_memory_mb"] or 0) > 20 or not Zygote.available()
    assert 'href="alpha.html"' in (project.target() / "index.html").read_text()
    assert "Acme Ltd" in (project.folder / "outputs" / "index.html").read_text()


def test_nothing_changed_nothing_runs(project):
    project.theme("alpha")
    project.run()
    before = project.files()
    again = project.run()
    assert (again.code, again.said) == (0, "acme: unchanged, nothing to run")
    assert project.files() == before
    assert "done" in project.run(force=True).said


CHANGES = {
    "notebook": lambda p: p.theme("alpha", "x = 1"),
    "params": lambda p: (p.folder / "params/acme/alpha.yml").write_text("level: 5\n"),
    "remarks": lambda p: (p.folder / "params/acme/alpha.md").write_text("We remark.\n"),
    "hidden finding": lambda p: p.client(more="hide: {alpha.m: not agreed}\n"),
    "data": lambda p: p.client(orders="customer_id,ordered_at,amount\nC1,2024-01-01,9\n"),
    "language": lambda p: p.client(language="zh"),
}


def test_only_what_changed_runs_again(project):
    for name in ("alpha", "beta"):
        project.theme(name)
    assert project.run().code == 0
    for what, change in CHANGES.items():
        change(project)
        said = project.run().said
        assert "acme alpha: done" in said, what
        both = what in ("hidden finding", "data", "language")
        assert ("acme beta: unchanged" in said) != both, what
        assert "nothing to run" in project.run().said, what
    assert project.read("record.json")["alpha"] == {"level": 5}


def test_a_failing_theme_stays_alone_and_keeps_its_last_report(project, monkeypatch):
    moments = (f"2025-01-01T00:{minute:02}:00+00:00" for minute in range(60))
    monkeypatch.setattr(client_run, "now", lambda: next(moments))  # two runs fit into a second
    project.theme("alpha", "report.answer('Good.')")
    project.theme("beta")
    assert project.run().code == 0
    good = project.files()
    project.theme(
        "alpha",
        "import pandas as pd\nreport.customer_list('half', pd.DataFrame({'customer_id': [1]}))",
        f"raise ValueError('broken in {project.folder}/notebooks')",
    )
    project.theme("beta", "x = 2")
    failed = project.run()
    assert failed.code == 1
    assert "acme alpha: failed in code cell 4 of 5 (What about alpha?): ValueError" in failed.said
    run = project.read("run.json")["themes"]
    assert (run["alpha"]["status"], run["beta"]["status"]) == ("failed", "done")
    assert run["alpha"]["cell"]["number"] == 4
    assert str(project.folder) not in run["alpha"]["why"]
    assert run["alpha"]["report_of"] < run["alpha"]["finished_at"]
    now = project.files()
    assert now["alpha.html"] == good["alpha.html"]
    assert now["notebooks/beta.ipynb"] != good["notebooks/beta.ipynb"]
    assert not [name for name in now if "half" in name]
    assert project.read("record.json")["alpha"] == {"level": 1}
    index = (project.target() / "index.html").read_text()
    assert "broken in notebooks" in index and "stopped in cell 4" in index
    assert "failed" in project.run().said  # tried again, though nothing changed


def test_a_hanging_theme_is_stopped(project):
    project.theme("beta")
    assert project.run().code == 0
    project.theme("alpha", "import time\ntime.sleep(600)")
    began = time.monotonic()
    done = project.run(timeout_minutes=0.1)
    assert done.code == 1 and time.monotonic() - began < 300
    themes = project.read("run.json")["themes"]
    assert themes["beta"]["status"] == "done"
    assert themes["alpha"]["why"] == "stopped after 0.1 minutes, the limit for a theme"
    assert themes["alpha"]["cell"]["line"] == "import time"


def test_what_is_not_possible_is_skipped(project):
    project.theme("alpha", metadata={"needs": {"tickets": ["opened_at"]}})
    project.theme("beta", metadata={"needs": {"orders": ["customer_id", "cost"]}})
    project.theme("gamma", metadata={"needs": {"orders": ["amount"], "tickets|orders": []}})
    project.theme("delta", metadata={"needs": {"tickets|contracts": []}})
    assert project.run().code == 0
    themes = project.read("run.json")["themes"]
    assert [themes[t]["status"] for t in ("alpha", "beta", "gamma")] == [
        *("skipped", "skipped", "done")
    ]
    assert themes["alpha"]["why"] == "not possible: needs tickets"
    assert themes["beta"]["why"] == "not possible: needs orders.cost"
    assert themes["delta"]["why"] == "not possible: needs tickets or contracts"
    assert "not possible: needs tickets" in (project.target() / "index.html").read_text()
    assert project.run(themes=("alpha",)).code == 1  # named, so its absence is told
    assert project.run(themes=("gamma",)).code == 0


def test_a_notebook_that_shows_no_report_failed(project):
    project.theme("alpha")
    path = project.folder / "notebooks" / "alpha.ipynb"
    path.write_text(path.read_text().replace('start(\\"alpha\\", globals())', "None"))
    path.write_text(path.read_text().replace("report.record(level=level)\\nreport.footer()", "1"))
    assert project.run().code == 1
    assert "no report" in project.read("run.json")["themes"]["alpha"]["why"]


def test_a_broken_notebook_stays_alone(project):
    project.theme("alpha")
    (project.folder / "notebooks" / "broken.ipynb").write_text("{")
    assert project.run().code == 1
    themes = project.read("run.json")["themes"]
    assert themes["alpha"]["status"] == "done"
    assert "can't be read as a notebook" in themes["broken"]["why"]


def test_themes_read_the_records_of_those_before_them(project):
    project.theme("zeta")
    project.theme(
        "alpha",
        "import json, os\nfrom pathlib import Path\n"
        "run = json.loads(Path(os.environ['WORKBOOK_RUN']).read_text())\n"
        "known = json.loads((Path(run['staging']) / 'record.json').read_text())\n"
        "report.record(known=sorted(known))",
        metadata={"after": ["zeta"]},
    )
    assert project.run().code == 0
    assert project.read("record.json")["alpha"]["known"] == ["zeta"]
    project.theme("zeta", "x = 1")
    assert "acme alpha: done" in project.run().said


def test_themes_read_what_those_before_them_have_left(project):
    project.theme(
        "zeta",
        "report.findings([finding(metric='m', rung='descriptive', statement='It is so.')])",
    )
    project.theme("omega", metadata={"needs": {"tickets": []}})
    project.theme("broken", "1 / 0")
    project.theme(
        "alpha",
        "left = report.results",
        "report.record(status={n: left.status(n) for n in ('zeta', 'omega', 'broken', 'beta')},\n"
        "    metrics=[item.metric for item in left.findings()], numbers=left.record('zeta'),\n"
        "    pages=[left.page('zeta'), left.page('omega')], why=left.why('omega'))",
        metadata={"after": "all"},
    )
    assert project.run().code == 1  # broken
    told = project.read("record.json")["alpha"]
    assert told["status"] == {
        "zeta": "done",
        "omega": "skipped",
        "broken": "failed",
        "beta": "absent",
    }
    assert (told["metrics"], told["numbers"]) == (["m"], {"level": 1})
    assert told["pages"] == ["zeta.html", None]
    assert told["why"] == "not possible: needs tickets"


def test_themes_that_hold_others_up_run_first(project):
    project.theme("alpha")
    project.theme("beta", metadata={"after": ["gamma"]})
    project.theme("gamma")
    said = project.run().said
    starts = [line for line in said.splitlines() if line.endswith("starts")]
    assert [line.split()[1].strip(":") for line in starts] == ["gamma", "alpha", "beta"]


def test_a_theme_that_none_can_run_beside_has_every_core(project, monkeypatch):
    monkeypatch.setattr("os.cpu_count", lambda: 6)
    told = "import os\nreport.record(threads=int(os.environ['WORKBOOK_THREADS']))"
    for name in ("alpha", "beta"):
        project.theme(name, told)
    project.theme("omega", told, metadata={"after": "all"})
    assert project.run(jobs=2).code == 0
    threads = {name: kept["threads"] for name, kept in project.read("record.json").items()}
    assert threads == {"alpha": 3, "beta": 3, "omega": 6}


def test_the_other_language_stands_beside(project):
    project.theme("alpha", "report.answer(t('Reports')) if False else None")
    project.theme("beta")
    assert project.run().code == 0
    assert "alpha.zh.html" not in (project.target() / "alpha.html").read_text()
    assert project.run(language="zh", themes=("alpha",)).code == 0
    files = project.files()
    assert {"alpha.zh.html", "index.zh.html", "findings.zh.json"} <= set(files)
    for page, other in (("alpha", "alpha.zh"), ("alpha.zh", "alpha"), ("index", "index.zh")):
        assert f'href="{other}.html"' in files[f"{page}.html"].decode()
    assert (
        b'lang="zh' in files["alpha.zh.html"] and b'href="index.zh.html"' in files["alpha.zh.html"]
    )
    assert b"beta.zh.html" not in files["index.zh.html"] + files["beta.html"]
    assert project.read("run.json")["themes"]["alpha"]["languages"]["zh"]["status"] == "done"
    project.theme("alpha", "x = 1")  # both pages are made anew
    assert "acme alpha (zh): done" in project.run().said
    assert "nothing to run" in project.run(language="zh", themes=("alpha",)).said


def test_a_client_with_bad_input_stays_alone(project):
    project.theme("alpha")
    project.client("bad", more="curency: EUR\n")
    done = project.run("acme", "bad", every_client=True)
    assert done.code == 1 and "did you mean 'currency'?" in done.said
    assert project.read("run.json")["themes"]["alpha"]["status"] == "done"
    index = (project.folder / "outputs" / "index.html").read_text()
    assert "currency" in index and "Acme Ltd" in index
    assert project.run("bad").code == 2
    project.client("bad")
    assert project.run("acme", "bad", every_client=True).code == 0
    assert "currency" not in (project.folder / "outputs" / "index.html").read_text()


def full(*_, **__):
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


STEPS_THAT_WRITE = [
    (shutil, "copytree"),
    (theme_run, "put_json"),
    (theme_run, "put"),
    (client_run, "write_records"),
    (client_run, "client_pages"),
    (client_run, "put_json"),
]


def test_on_a_full_disk_the_last_report_stays_whole(project, monkeypatch):
    project.theme("alpha")
    assert project.run().code == 0
    before = project.files()
    for module, function in STEPS_THAT_WRITE:
        with monkeypatch.context() as patched:
            patched.setattr(module, function, full)
            done = project.run(force=True)
        assert done.code == 2 and "the disk is full" in done.said, function
        assert project.files() == before, function
        home = project.target().parent
        assert sorted(p.name for p in home.iterdir()) == [".lock", "2024-12-31"], function


@pytest.mark.parametrize("place", ["outputs", "outputs/acme", "outputs/acme/2024-12-31"])
def test_a_file_in_the_place_of_the_outputs(project, place):
    project.theme("alpha")
    path = project.folder / place
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("a file")
    done = project.run()
    assert done.code == 2 and "can't be written" in done.said and str(path) in done.said
    assert path.read_text() == "a file"


def test_ordinary_kernels_serve_where_none_can_be_forked(project):
    project.theme("alpha", "report.answer('Good.')")
    assert project.run(start_zygote=None).code == 0
    assert project.read("run.json")["themes"]["alpha"]["peak_memory_mb"] is None


def test_executed_notebooks_hold_no_path_and_no_secret(project):
    project.theme(
        "alpha",
        "import os\nprint(os.getcwd())",
        parameters='client = "acme"  # folder\nlanguage = "en"  # choices: en, zh\n'
        'as_of = "2024-12-31"  # date\nlevel = 1  # none\napi_token = "hunter2"  # text',
    )
    assert project.run().code == 0
    for name, content in project.files().items():
        assert str(project.folder).encode() not in content, name
    assert b"hunter2" not in project.files()["notebooks/alpha.ipynb"]


def test_an_interrupt_leaves_the_last_report(project, alive):
    project.theme("alpha", "report.answer('Good.')")
    assert project.run().code == 0
    before = project.files()
    pids = project.folder / "pids"
    project.theme(
        "alpha",
        f"import os, time\nopen({str(pids)!r}, 'w').write(str(os.getpid()))\ntime.sleep(60)",
    )

    def interrupt():
        while not pids.exists() or not pids.read_text():
            time.sleep(0.05)
        os.kill(os.getpid(), 2)

    threading.Thread(target=interrupt, daemon=True).start()
    with pytest.raises(KeyboardInterrupt):
        project.run()
    assert not alive(pids.read_text())
    assert project.files() == before
    assert sorted(p.name for p in project.target().parent.iterdir()) == [".lock", "2024-12-31"]
