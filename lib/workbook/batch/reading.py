"""The snapshot that every run keeps of what it read: rows, sums, and hashes of what they came from."""

import hashlib
import json
from functools import partial

from workbook.batch.plan import code_hash
from workbook.batch.record import put_json
from workbook.intake import manifest
from workbook.intake.contract import TABLES

__all__ = ["INFO", "YEAR_OF_CUSTOMERS", "keep_snapshot"]

INFO, YEAR_OF_CUSTOMERS = "tables/snapshot.json", "tables/snapshot_customers.parquet"

DATED = ("as_of", "language")  # params that differ from run to run without a choice


def keep_snapshot(tables, plan, staging):
    """Write what this run reads to tables/snapshot.json and tables/snapshot_customers.parquet.

    Parameters
    ----------
    tables : workbook.intake.tables.Tables
    plan : workbook.batch.plan.ClientPlan
    staging : Path
        Folder of the run.
    """
    from workbook.analysis.read_state import customer_year, read_state
    from workbook.intake.engine import write_by_customer

    path = staging / YEAR_OF_CUSTOMERS
    path.parent.mkdir(exist_ok=True)
    path.unlink(missing_ok=True)  # shared with the last run: never written into
    customers = None
    if "orders" in tables:
        write_by_customer(partial(customer_year, as_of=tables.as_of), tables["orders"], path)
        customers = tables.connection.read_parquet(path, table_name="snapshot_customers")
    moments = {name: TABLES[name].moment for name in TABLES if name in tables}
    moments = {name: column for name, column in moments.items() if column}
    info = read_state(tables, moments, customers, as_of=tables.as_of)
    put_json(staging / INFO, info | {"hashes": _hashes(plan)})


def _hashes(plan):
    """Of the code, of the settings that shape the tables, and of each table's source files."""
    client = plan.client
    made = manifest.load_manifest(plan.prepared.folder)
    sources = {
        name: _digest(sorted(stamp["content"] for stamp in entry.get("files", {}).values()))
        for name, entry in made.items()
    }
    settings = [client.cleaning, client.scales, client.currency, list(client.personal_data)]
    mapping = {name: [str(source) for source in blocks] for name, blocks in client.sources.items()}
    return {
        "library": code_hash(),
        "intake": manifest.code_hash(),
        "settings": _digest([settings, mapping]),
        "sources": sources,
        "choices": {
            job.theme.name: _digest({n: v for n, v in job.params.items() if n not in DATED})
            for job in plan.jobs
            if job.language == client.language
        },
    }


def _digest(content):
    return hashlib.sha256(json.dumps(content, sort_keys=True, default=str).encode()).hexdigest()
