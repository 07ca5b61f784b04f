"""A whole run of the theme service on 1 million simulated tickets, at most 60 s and 4 GB.

    python tests/bench/service.py [--tickets 1000000] [--repeats 1]

A client with tickets, four steps each, two orders a ticket and their customers, all in Parquet,
is read once (`workbook check`, timed apart: every later run starts from its tables), then
`workbook run` makes the page. Time is that of the command; memory that of all its processes in a
further run (proportional set size). Ends with 1 when a run fails or a target is missed.
"""

import argparse
import os
import statistics
import sys
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
from lifecycle import measured

END, DAYS = "2024-12-31", 1096
MOST_SECONDS, MOST_MB = 60, 4 * 1024
PARAMS = f"""client: Bench
language: en
currency: USD
as_of: "{END}"
sources:
  tickets: {{path: tickets.parquet}}
  ticket_steps: {{path: ticket_steps.parquet}}
  orders: {{path: orders.parquet}}
  customers: {{path: customers.parquet}}
"""


def simulate(folder: Path, tickets: int, seed: int = 0) -> None:
    """Write the four tables: three tickets and six orders per customer, 300 agents, six causes."""
    rng = np.random.default_rng(seed)
    first = pd.Timestamp(END) - pd.Timedelta(days=DAYS - 1)
    people = np.array([f"c{i:07d}" for i in range(max(tickets // 3, 1))])
    opened = first + pd.to_timedelta(np.sort(rng.integers(0, DAYS * 1440, tickets)), unit="min")
    hours = rng.exponential(60, tickets)
    closed = opened + pd.to_timedelta((hours * 60).round(), unit="min")
    reply = opened + pd.to_timedelta((rng.exponential(5, tickets) * 60).round(), unit="min")
    agent = rng.choice([f"a{i:03d}" for i in range(300)], tickets)
    ids = np.array([f"t{i:08d}" for i in range(tickets)])
    table = pd.DataFrame(
        {
            "ticket_id": ids,
            "opened_at": opened,
            "customer_id": rng.choice(people, tickets),
            "kind": rng.choice(
                ["enquiry", "complaint", "return", "repair", "after_sales"], tickets
            ),
            "cause": rng.choice(["quality", "delivery", "price", "staff", "app", "other"], tickets),
            "product": rng.choice([f"p{i:02d}" for i in range(30)], tickets),
            "channel": rng.choice(["telephone", "chat", "shop"], tickets),
            "priority": rng.choice(["high", "low"], tickets),
            "agent": agent,
            "due_at": opened + pd.Timedelta(hours=72),
            "first_reply_at": reply,
            "closed_at": closed,
            "reopened": rng.random(tickets) < 0.08,
            "satisfied": rng.random(tickets) < 0.8,
        }
    )
    table.to_parquet(folder / "tickets.parquet")
    place = np.tile([0.0, 0.3, 0.6, 0.9], tickets) * np.repeat(hours, 4)
    at = np.repeat(opened.to_numpy(), 4) + (place * 3600).astype("timedelta64[s]")
    pd.DataFrame(
        {
            "ticket_id": np.repeat(ids, 4),
            "at": at,
            "step": np.tile(["received", "checked", "sent", "solved"], tickets),
            "agent": np.repeat(agent, 4),
        }
    ).to_parquet(folder / "ticket_steps.parquet")
    pd.DataFrame(
        {
            "customer_id": rng.choice(people, 2 * tickets),
            "ordered_at": first + pd.to_timedelta(rng.integers(0, DAYS, 2 * tickets), unit="D"),
            "amount": rng.lognormal(4, 0.5, 2 * tickets).round(2),
            "product": rng.choice([f"p{i:02d}" for i in range(30)], 2 * tickets),
        }
    ).to_parquet(folder / "orders.parquet")
    region = rng.choice(["north", "south", "east", "west"], len(people))
    pd.DataFrame({"customer_id": people, "region": region}).to_parquet(folder / "customers.parquet")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tickets", type=int, default=1_000_000)
    parser.add_argument("--repeats", type=int, default=1)
    chosen, _ = parser.parse_known_args()  # the peers that make bench names are not needed here
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for part in ("params/bench", "data/bench"):
            (folder / part).mkdir(parents=True)
        (folder / "params/bench/_shared.yml").write_text(PARAMS, encoding="utf-8")
        simulate(folder / "data/bench", chosen.tickets)
        read = measured(["check", "bench"], folder, watched=True)
        print(f"reading {chosen.tickets:,} tickets once: {read[0]:.1f} s, {read[1]:,.0f} MB")
        run = ["run", "bench", "service", "--force"]
        times = [measured(run, folder, watched=False)[0] for _ in range(chosen.repeats)]
        peak = measured(run, folder, watched=True)[1]
    seconds = statistics.median(times)
    print(f"service: {seconds:.1f} s, {peak:,.0f} MB, load {os.getloadavg()[0]:.1f}")
    met = seconds <= MOST_SECONDS and peak <= MOST_MB
    print(f"{'met' if met else 'MISSED'}: at most {MOST_SECONDS} s and {MOST_MB:,} MB")
    return int(not met)


if __name__ == "__main__":
    sys.exit(main())
