"""Time and memory of the satisfaction notebook on millions of answer sheets.

    python tests/bench/voice.py [SHEETS] [--keep FOLDER]

Answers of a third as many customers, comments on three in ten sheets, two orders per customer.
Intake is done before; what is timed is the notebook's cells in one process.
"""

import argparse
import json
import os
import resource
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd
import yaml

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests"))
WORDS = {
    True: ["质量很好,性价比高,推荐给朋友了", "客服耐心,解决得很快,给个好评", "物流很快,安装师傅专业,很满意",
           "Works well and was easy to install, happy with it"],
    False: ["用了一周就坏了,客服一直不回复,太失望", "送货拖了十天,包装也压坏了", "价格虚高,刚买完就降价",
            "Broke after two weeks and nobody answers the phone"],
}  # fmt: skip


def write(folder, sheets, seed=0):
    """Parquet files and params of a client called firm."""
    rng = np.random.default_rng(seed)
    customers = sheets // 3
    who = rng.integers(0, customers, sheets)
    felt = 0.7 * rng.normal(size=customers)[who] + 0.7 * rng.normal(size=sheets)
    day = rng.integers(0, 1000, sheets)
    start = pd.Timestamp("2022-04-01")
    names = np.char.add("C", np.char.zfill(np.arange(customers).astype(str), 9)).astype(object)
    table = pd.DataFrame(
        {
            "response_id": np.char.add("R", np.char.zfill(np.arange(sheets).astype(str), 9)),
            "answered_on": start + pd.to_timedelta(day, unit="D"),
            "customer_id": names[who],
            "wave": np.char.add("w", (day // 91).astype(str)),
            "touchpoint": rng.choice(["shop", "web", "service"], sheets),
        }
    )
    content = 3.6 + 0.8 * felt
    table["csat"] = np.clip(np.round(content), 1, 5)
    table["nps"] = np.clip(np.round(2 * content + rng.normal(size=sheets)), 0, 10)
    for place in range(8):
        own = content + (0.6 + 0.1 * place) * rng.normal(size=sheets)
        table[f"item_part{place}"] = np.clip(np.round(own), 1, 5)
    side = np.where(content > 3.2, 0, 4) + rng.integers(0, 4, sheets)
    table["comment"] = np.array(WORDS[True] + WORDS[False], object)[side]
    table.loc[rng.random(sheets) > 0.3, "comment"] = None
    table["followed_up_on"] = table["answered_on"] + pd.Timedelta(days=3)
    orders = pd.DataFrame({"customer_id": np.repeat(names, 2)})
    orders["ordered_at"] = start + pd.to_timedelta(rng.integers(0, 1000, len(orders)), unit="D")
    orders["amount"] = rng.lognormal(4, 1, len(orders)).round(2)
    data, params = folder / "data/firm", folder / "params/firm"
    data.mkdir(parents=True)
    params.mkdir(parents=True)
    table.to_parquet(data / "surveys.parquet")
    orders.to_parquet(data / "orders.parquet")
    shared = {"client": "firm", "language": "zh", "currency": "CNY", "as_of": "2024-12-31"}
    shared["scales"] = {"csat": [1, 5, "up"], "item": [1, 5, "up"]}
    shared["sources"] = {name: {"path": f"{name}.parquet"} for name in ("surveys", "orders")}
    (params / "_shared.yml").write_text(yaml.safe_dump(shared))


def run(folder):
    """Seconds of wall and of processor per slow cell, in all, and the peak of memory."""
    from workbook.intake.parameters import parameters_of
    from workbook.intake.params import load_client, theme_params
    from workbook.intake.tables import prepare

    notebook = ROOT / "notebooks/satisfaction.ipynb"
    client = load_client("firm", params_dir=folder / "params")
    values = theme_params(client, "satisfaction", parameters_of(notebook), {})
    prepare(client, data_dir=folder / "data")
    staging = folder / "staging"
    staging.mkdir(exist_ok=True)
    told = {"theme": "satisfaction", "project": str(ROOT), "staging": str(staging)}
    told |= {"params_dir": str(folder / "params"), "data_dir": str(folder / "data")}
    (staging / "run.json").write_text(json.dumps(told))
    os.environ |= {"WORKBOOK_RUN": str(staging / "run.json"), "MPLBACKEND": "Agg"}
    scope, begun = {}, (time.perf_counter(), time.process_time())
    for cell in json.loads(notebook.read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] != "code":
            continue
        source = "".join(cell["source"])
        started = time.perf_counter(), time.process_time()
        with open(os.devnull, "w") as nowhere:
            shown, sys.stdout = sys.stdout, nowhere
            exec(source, scope)
            sys.stdout = shown
        spent = time.perf_counter() - started[0], time.process_time() - started[1]
        if spent[0] > 1:
            print(f"{spent[0]:6.1f} s, processor {spent[1]:6.1f} s: {source.splitlines()[0][:70]}")
        if "parameters" in cell["metadata"].get("tags", []):
            scope |= values
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(
        f"{time.perf_counter() - begun[0]:.1f} s, processor {time.process_time() - begun[1]:.1f} s, {peak:.2f} GB"
    )


def main():
    command = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    command.add_argument("sheets", nargs="?", type=int, default=2_000_000)
    command.add_argument("--keep", type=Path)
    asked = command.parse_known_args()[0]
    with tempfile.TemporaryDirectory() as temporary:
        folder = asked.keep or Path(temporary)
        if not (folder / "params").is_dir():
            write(folder, asked.sheets)
        # a process of its own: what was needed to write the tables must not count
        code = os.spawnv(
            os.P_WAIT, sys.executable, [sys.executable, __file__, "--run", str(folder)]
        )
    sys.exit(code)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--run"]:
        run(Path(sys.argv[2]))
    else:
        main()
