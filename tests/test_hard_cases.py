"""Whole runs on data that are thin, odd or hostile: what can be read runs, the rest exits 2."""

import json
import random
from datetime import date, timedelta

import pytest

from clients import workbook, write_client

HEAD = "customer_id,ordered_at,amount,product\n"


def many(customers=60, seed=1, amount=None, per_customer=None, product="tea"):
    """Order lines of customers who come back at random (simulated)."""
    draw = random.Random(seed)
    lines = [HEAD]
    for customer in range(customers):
        day = date(2023, 1, 1) + timedelta(draw.randrange(300))
        for _ in range(per_customer or draw.choice([1, 1, 2, 3, 5, 8])):
            value = draw.lognormvariate(3, 0.6) if amount is None else amount
            lines.append(f"C{customer:03d},{day.isoformat()},{value:.2f},{product}\n")
            day += timedelta(draw.randrange(5, 120))
    return "".join(lines)


#: They need answers, tickets, spend or leads, market figures.
NOT_FROM_ORDERS = {"satisfaction", "service", "acquisition", "market"}
# themes with thin cases of their own run on these clients alone
EVERY_THEME = {"returns", "script"}
OTHERS = ["segmentation", "lifecycle", "churn", "clv"]
THIN = {
    "one_row": HEAD + "A,2024-03-01,10,tea\n",
    "one_customer": HEAD + "".join(f"A,2024-{m:02d}-01,10,tea\n" for m in range(1, 13)),
    "no_repeat": many(per_customer=1),
    "all_zero": many(amount=0),
    "all_equal": many(amount=5),
    "one_day": HEAD + "".join(f"C{i},2024-05-05,{i}.5,tea\n" for i in range(40)),
    "after_as_of": many() + "C001,2025-06-01,10,tea\n",
    "infinite": many() + "C001,2024-06-01,inf,tea\nC002,2024-06-02,nan,tea\n",
    "returns": many() + "".join(f"C{i:03d},2024-06-01,-7.5,tea\n" for i in range(20)),
    "script": many(
        product='"<script>window.planted=1</script><img src=x onerror=window.planted=1>"'
    ),
    "gb18030": many(product="茶叶").encode("gb18030"),
    "utf16": many(product="茶叶").encode("utf-16"),
}


@pytest.fixture(scope="module")
def thin(tmp_path_factory):
    folder = tmp_path_factory.mktemp("thin")
    for name, orders in THIN.items():
        language = "zh" if name in ("gb18030", "all_equal") else "en"
        themes = [] if name in EVERY_THEME else OTHERS
        write_client(folder, name, orders, language=language, themes=themes)
    done = workbook("run", "--all", folder=folder)
    return folder, done


def test_every_thin_client_gets_its_reports(thin):
    folder, done = thin
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    for name in THIN:
        run = json.loads((folder / f"outputs/{name}/2024-12-31/run.json").read_text())
        assert {t: v["status"] for t, v in run["themes"].items()} == {
            t: "skipped" if t in NOT_FROM_ORDERS else "done" for t in run["themes"]
        }, name


@pytest.mark.parametrize(
    ("client", "rule"), [("after_as_of", "after_as_of"), ("infinite", "infinite_amount")]
)
def test_what_was_set_aside_is_told(thin, client, rule):
    folder, _ = thin
    ledger = json.loads((folder / f"outputs/{client}/2024-12-31/run.json").read_text())["ledger"]
    assert any(line["rule"] == rule and line["rows"] >= 1 for line in ledger), ledger


def test_a_script_in_a_product_name_does_not_run(thin, browser):
    folder, _ = thin
    for path in sorted((folder / "outputs/script/2024-12-31").glob("*.html")):
        page = browser.new_page()
        page.goto(path.as_uri())
        assert page.evaluate("window.planted") is None
        assert page.locator("main script, main img[src=x]").count() == 0
        page.close()


def test_one_bad_client_stays_alone(tmp_path):
    write_client(tmp_path, "bad", "customer,when\nA,2024-01-01\n")
    write_client(tmp_path, "good", many(20))
    done = workbook("run", "--all", folder=tmp_path)
    assert done.returncode == 1
    assert (tmp_path / "outputs/good/2024-12-31/clv.html").is_file()
    index = (tmp_path / "outputs/index.html").read_text(encoding="utf-8")
    assert "bad" in index and "customer_id" in index


def test_a_second_run_with_nothing_changed_runs_nothing(tmp_path):
    write_client(tmp_path, "same", many(20))
    assert workbook("run", "same", folder=tmp_path).returncode == 0
    page = tmp_path / "outputs/same/2024-12-31/clv.html"
    before = page.stat().st_ino, page.read_bytes()
    again = workbook("run", "same", folder=tmp_path)
    assert again.returncode == 0 and "unchanged" in again.stdout
    assert (page.stat().st_ino, page.read_bytes()) == before
    changed = tmp_path / "data/same/orders.csv"
    changed.write_text(changed.read_text() + "C001,2024-07-01,99,tea\n")
    assert workbook("run", "same", folder=tmp_path).returncode == 0
    assert page.read_bytes() != before[1]


def bad(message, orders=HEAD + "A,2024-01-01,5,tea\n", words=("run", "bad"), **params):
    return pytest.param(message, orders, words, params)


@pytest.mark.parametrize(
    ("message", "orders", "words", "params"),
    [
        bad(
            "did you mean 'Amount'?",
            "customer_id,ordered_at,Amount\nA,2024-01-01,5\n",
            sources={"orders": {"path": "orders.csv", "columns": {"amount": "amuont"}}},
        ),
        bad("missing.csv", sources={"orders": {"path": "missing.csv"}}),
        bad("data/bad", sources={"orders": {"path": "../other/orders.csv"}}),
        bad("data/bad", sources={"orders": {"path": "/etc/passwd"}}),
        bad("empty", orders=""),
        bad("no usable row", orders=HEAD),
        bad("no usable row", orders=HEAD + ",2024-01-01,5,tea\n"),
        bad("ordered_at", orders=HEAD + "A,yesterday,5,tea\n"),
        bad("did you mean 'currency'?", curency="USD"),
        bad("as_of", as_of="soon"),
        bad("language", language="fr"),
        bad("did you mean 'clv'?", words=("run", "bad", "clw")),
        bad("../bad", words=("run", "../bad")),
    ],
)
def test_bad_input_exits_2_and_says_why(tmp_path, message, orders, words, params):
    write_client(tmp_path, "bad", orders, **params)
    done = workbook(*words, folder=tmp_path)
    said = done.stdout + done.stderr
    assert done.returncode == 2, said
    assert message in " ".join(said.split()), said
    assert "Traceback" not in said
    assert not list((tmp_path / "outputs").glob("*/*/*.html"))


@pytest.mark.parametrize(
    ("theme_params", "message"),
    [
        ({"horizon_month": "12"}, "did you mean 'horizon_months'?"),
        ({"horizon_months": "twelve"}, "horizon_months"),
        ({"value": "profit"}, "revenue"),
    ],
)
def test_bad_theme_params_exit_2(tmp_path, theme_params, message):
    write_client(tmp_path, "bad", many(5))
    lines = "".join(f"{k}: {v}\n" for k, v in theme_params.items())
    (tmp_path / "params/bad/clv.yml").write_text(lines)
    done = workbook("run", "bad", folder=tmp_path)
    assert done.returncode == 2 and message in " ".join((done.stdout + done.stderr).split())
    assert "Traceback" not in done.stdout + done.stderr


def test_a_link_that_leaves_the_data_folder_is_refused(tmp_path):
    write_client(tmp_path, "bad", many(5))
    outside = tmp_path / "outside.csv"
    outside.write_text(many(5))
    orders = tmp_path / "data/bad/orders.csv"
    orders.unlink()
    orders.symlink_to(outside)
    done = workbook("check", "bad", folder=tmp_path)
    assert done.returncode == 2 and "data/bad" in " ".join((done.stdout + done.stderr).split())


def test_an_outputs_folder_that_can_not_be_written(tmp_path):
    write_client(tmp_path, "fine", many(5))
    (tmp_path / "outputs").write_text("a file stands here")
    done = workbook("run", "fine", folder=tmp_path)
    assert done.returncode in (1, 2) and "outputs" in done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr
