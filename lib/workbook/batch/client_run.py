"""One client's run, from its lock to its published folder."""

import json
import time
from functools import partial

from workbook.batch.folder import OutputFolder
from workbook.batch.pages import client_pages, mend_siblings
from workbook.batch.plan import check_client, make_plan
from workbook.batch.reading import keep_snapshot
from workbook.batch.record import (
    Outcome,
    entry_of,
    now,
    page_name,
    put_json,
    versions,
    write_records,
)
from workbook.batch.themes import missing_needs, waiting_behind

__all__ = ["ClientRun"]

STATUSES = ("done", "skipped", "failed")  # the worse the later


class ClientRun:
    """Opens a client, executes its themes and publishes what they leave.

    The scheduler calls `prepare`; when something is to run, `open`, then `execute` and `ended` for
    each of `ready_jobs`, and `publish`; and always `close`. `prepare`, `open`, `execute` and
    `publish` may be called from other threads.

    Parameters
    ----------
    name : str
        Folder of the client under params/.
    request : workbook.batch.plan.Request
    themes : dict
        {name: Theme}.
    places : workbook.batch.places.Places
    """

    def __init__(self, name, request, themes, places):
        self.name, self.request, self.themes, self.places = name, request, themes, places
        self.plan = None
        self._folder = OutputFolder(places.outputs, name)
        self._parts, self._running, self._stopped = {}, {}, None

    @property
    def target(self):
        """outputs/<client>/<as_of>."""
        return self.places.outputs / self.name / self.plan.as_of

    def prepare(self):
        """Check the params, take the lock, prepare the tables and find what has to run."""
        client = check_client(self.name, self.themes, self.places)
        self._folder.__enter__()
        self.plan = make_plan(client, self.request, self.themes, self.places)

    def open(self):
        """Make the staging folder and in it the per-customer summary; end what isn't possible."""
        from workbook.intake.tables import open_tables

        run = self.plan.run
        self._folder.stage(self.plan.as_of)
        self._forget_languages()
        tables = open_tables(self.plan.client, data_dir=self.places.data, as_of=self.plan.as_of)
        run["rows_read"] = tables.rows_read
        run["ledger"] = json.loads(tables.ledger.to_json(orient="records"))
        if "orders" in tables:
            from workbook.analysis.customers import customer_summary
            from workbook.intake.engine import write_by_customer

            shared = self._folder.staging / "tables" / "customer_summary.parquet"
            shared.parent.mkdir(exist_ok=True)
            shared.unlink(missing_ok=True)
            write_by_customer(
                partial(customer_summary, as_of=tables.as_of), tables["orders"], shared
            )
        keep_snapshot(tables, self.plan, self._folder.staging)
        for job in self.plan.to_run:
            needs = missing_needs(job.theme, tables)
            if job.theme.problem:
                self.ended(job, Outcome("failed", why=job.theme.problem))
            elif needs:
                why = f"not possible: needs {', '.join(needs)}".replace("|", " or ")
                self.ended(job, Outcome("skipped", why=why, needs=needs))

    def ready_jobs(self):
        """Jobs that may start now: the themes that they come after have ended.

        Those first that hold up the longest chain of others: near the end, when few are left, each
        would else wait for the one before.
        """
        going = {job.theme.name for job in self.plan.to_run if job.state != "ended"}
        waiting = [job for job in self.plan.to_run if job.state == "waiting"]
        ready = [job for job in waiting if not going & set(job.theme.after)]
        behind = waiting_behind(self.themes)
        return sorted(ready, key=lambda job: -behind[job.theme.name])

    def execute(self, job, zygote, on_step):
        """Run a job's notebook, make its page and return the Outcome."""
        from workbook.batch.theme_run import ThemeRun

        # themes that come after this one leave it the machine
        beside = [
            other
            for other in self.plan.to_run
            if other.state != "ended" and job.theme.name not in other.theme.after
        ]
        theme_run = ThemeRun(
            self.plan,
            job,
            self._folder.staging,
            places=self.places,
            threads=self.request.threads(len(beside)),
            zygote=zygote,
            on_step=on_step,
        )
        self._running[job] = theme_run.execution
        if self._stopped:
            theme_run.execution.stop(self._stopped)
        try:
            return theme_run.run()
        finally:
            del self._running[job]

    def stop_late(self):
        """Stop notebooks that have run for longer than the request allows."""
        minutes = self.request.timeout_minutes
        for execution in list(self._running.values()):
            if minutes and time.monotonic() - execution.started > minutes * 60:
                execution.stop(f"stopped after {minutes:g} minutes, the limit for a theme")

    def stop_all(self):
        """Stop every notebook that is running."""
        self._stopped = "interrupted"
        for execution in list(self._running.values()):
            execution.stop(self._stopped)

    def ended(self, job, outcome):
        """Put a job's outcome into the run's record."""
        job.state = "ended"
        theme, own = job.theme.name, self.plan.client.language
        last = self.entry(job)
        entry = {
            "status": outcome.status,
            "why": outcome.why,
            "cell": outcome.cell,
            "needs": outcome.needs,
            "seconds": outcome.seconds,
            "peak_memory_mb": outcome.peak_memory_mb,
            "finished_at": now(),
            "hashes": job.hashes,
            "versions": versions(),
        }
        if outcome.status == "done":
            self._parts[theme, job.language] = outcome.parts
            self._write_records()
            entry |= {"report_of": entry["finished_at"], "sibling": outcome.sibling}
            entry |= {name: outcome.parts.get(name) for name in ("answer", "untranslated")}
        elif (self._folder.staging / page_name(theme, job.language, own)).is_file():
            kept = ("report_of", "sibling", "answer", "untranslated")  # the last good report stays
            entry |= {name: last.get(name) for name in kept}
        themes = self.plan.run["themes"]
        if job.language == own:
            themes[theme] = {**entry, "languages": themes.get(theme, {}).get("languages", {})}
        else:
            themes.setdefault(theme, {}).setdefault("languages", {})[job.language] = entry
        self._write_run()  # themes that come after this one read it

    def publish(self):
        """Write the index pages and records, and put the finished folder in its place."""
        plan, staging = self.plan, self._folder.staging
        self._write_records()
        mend_siblings(plan, staging)
        self._write_run()
        client_pages(plan, staging, self.places.params)
        self._folder.publish()

    def close(self):
        """Let the lock go and remove what isn't published."""
        self._folder.__exit__()

    def entry(self, job):
        """What run.json says of a job."""
        return entry_of(self.plan.run, job.theme.name, job.language, self.plan.client.language)

    def statuses(self):
        """{theme: worst status over its languages} of the themes this run was asked for."""
        found = {}
        for job in self.plan.jobs:
            status = self.entry(job)["status"]
            found[job.theme.name] = max(
                status, found.get(job.theme.name, "done"), key=STATUSES.index
            )
        return found

    def _write_records(self):
        order = [*dict.fromkeys([*self.themes, *self.plan.run["themes"]])]
        write_records(self._folder.staging, self._parts, self.plan.client.language, order)

    def _write_run(self):
        """Put run.json into the staging folder, themes in the order that readers see."""
        plan, themes = self.plan, self.plan.run["themes"]
        order = [*self.themes, *themes]
        plan.run = {
            "client": self.name,
            "name": plan.client.name,
            "simulated": plan.client.simulated,
            "language": plan.client.language,
            "as_of": plan.as_of,
            "finished_at": now(),
            "rows_read": plan.run["rows_read"],
            "ledger": plan.run["ledger"],
            "themes": {name: themes[name] for name in order if name in themes},
        }
        put_json(self._folder.staging / "run.json", plan.run)

    def _forget_languages(self):
        """After a change of the client's own language, pages beside it would be of the old one."""
        if self.plan.run.get("language", self.plan.client.language) == self.plan.client.language:
            return
        staging = self._folder.staging
        for pattern in ("*.??.html", "findings.??.json", "notebooks/*.??.ipynb"):
            for path in staging.glob(pattern):
                path.unlink()
        for entry in self.plan.run["themes"].values():
            entry["languages"] = {}
