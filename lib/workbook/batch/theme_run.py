"""One theme's run: a folder of its own to write in, its notebook, its page."""

import os
import shutil

import nbformat

from workbook.batch.execute import Execution
from workbook.batch.folder import WORK, put
from workbook.batch.pages import notebook_name, page_context, sibling_of
from workbook.batch.record import page_name, put_json, read_json
from workbook.batch.scrub import without_paths, without_secrets
from workbook.report.page import render

__all__ = ["ThemeRun"]

SHARED = ("tables/customer_summary.parquet", "record.json", "findings.json")


class ThemeRun:
    """A job on its way: `run` it in one thread, `execution.stop` it from any.

    The notebook writes into a folder of its own, so that one that fails leaves no trace in the
    report's files, and one that overwrites a file can't reach the last run's.
    """

    def __init__(self, plan, job, staging, *, places, threads, zygote, on_step):
        self.plan, self.job, self.staging, self.places = plan, job, staging, places
        self.work = staging / WORK / job.name
        self.execution = Execution(
            job.theme.path,
            job.params,
            environment={
                "WORKBOOK_RUN": str(self.work / "run.json"),
                "WORKBOOK_THREADS": str(threads),
            },
            zygote=zygote,
            on_step=on_step,
        )

    def run(self):
        """Execute the notebook, render its page and keep both; returns the Outcome."""
        self._lay_out()
        outcome = self.execution.run()
        if outcome.status == "done":
            try:
                self._keep(outcome)
            except OSError:
                raise
            except Exception as error:  # whatever a notebook shows, it stays this theme's problem
                outcome.status, outcome.why = "failed", f"no page could be made: {error}"
        if outcome.why:
            outcome.why = without_paths(outcome.why, self.places)
        outcome.notebook = None
        return outcome

    def _lay_out(self):
        for name in SHARED:
            if (self.staging / name).is_file():
                (self.work / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(self.staging / name, self.work / name)
        hand_over = {
            "theme": self.job.theme.name,
            "client": self.plan.client.folder,
            "language": self.job.language,
            "as_of": self.plan.as_of,
            "project": str(self.places.project),
            "params_dir": str(self.places.params),
            "data_dir": str(self.places.data),
            "outputs_dir": str(self.places.outputs),
            "staging": str(self.work),
            "hashes": self.job.hashes,
            "results": str(self.staging),
        }
        put_json(self.work / "run.json", hand_over)

    def _keep(self, outcome):
        theme, language, own = self.job.theme.name, self.job.language, self.plan.client.language
        outcome.parts = {"record": {}, "findings": []}
        outcome.parts |= read_json(self.work / "parts" / f"{self.job.name}.json", {})
        outcome.sibling = sibling_of(self.plan, self.staging, theme, language)
        notebook = without_secrets(outcome.notebook, self.job.params, self.places)
        page = page_name(theme, language, own)
        html = render(notebook, page_context(theme, language, own, outcome.sibling))
        put(self.staging / page, html)
        put(self.staging / notebook_name(page), nbformat.writes(notebook))
        if language == own:
            self._replace(f"lists/{theme}_*")
            self._replace(f"tables/scores_{theme}_*.parquet")

    def _replace(self, pattern):
        """Files of this theme from the last run go, those of this run come in their place."""
        for old in self.staging.glob(pattern):
            old.unlink()
        for new in self.work.glob(pattern):
            place = self.staging / new.relative_to(self.work)
            place.parent.mkdir(exist_ok=True)
            os.replace(new, place)
