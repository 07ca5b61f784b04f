"""One notebook executed by Papermill, with our own record of how it went.

Papermill marks every cell "completed" when the kernel dies or is stopped, and takes `exit()` for a
success: what it saves is never asked whether a notebook ran.
"""

import logging
import os
import subprocess
import time

import nbformat
import papermill
from nbclient.exceptions import CellExecutionError, DeadKernelError
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import NBClientEngine, papermill_engines
from papermill.exceptions import PapermillExecutionError

from workbook.batch.kernels import RunKernelManager
from workbook.batch.record import Outcome
from workbook.batch.themes import heading_before
from workbook.batch.zygote import SINGLE_THREADED

__all__ = ["Execution"]

# what the libraries log of a kernel's end is told by the outcome, in the reader's words
LOG = logging.Logger("workbook.batch", level=logging.CRITICAL + 1)
ENGINE = "workbook"
START_SECONDS = 120


class Execution:
    """One run of a notebook in a kernel of its own.

    Parameters
    ----------
    path : Path
    parameters : dict
        Plain values for the parameters cell.
    environment : dict
        Variables for the kernel, beyond the runner's own.
    zygote : workbook.batch.zygote.Zygote, optional
        Where kernels are forked; without it an ordinary kernel is started.
    on_step : callable, optional
        ``on_step(done, cells, heading)`` before each code cell.
    """

    def __init__(self, path, parameters, *, environment, zygote=None, on_step=None):
        self.path, self.parameters, self.environment = path, parameters, environment
        self.on_step = on_step or (lambda done, cells, heading: None)
        self.manager = RunKernelManager(zygote=zygote, log=LOG)
        self.started = time.monotonic()
        self.stopped_because = None
        self._cells, self._at, self._finished = [], None, set()

    def stop(self, why):
        """End the kernel, from any thread; the outcome is "failed" with `why`."""
        self.stopped_because = self.stopped_because or why
        self.manager.stop_now()

    def run(self):
        """Execute and return the `Outcome`; nothing is raised for what the notebook does."""
        notebook = nbformat.read(self.path, as_version=4)
        try:
            notebook = papermill.execute_notebook(
                notebook,
                None,
                parameters=self.parameters,
                engine_name=ENGINE,
                progress_bar=False,
                request_save_on_cell_execute=False,
                execution=self,
            )
            why = self._unfinished()
        except PapermillExecutionError as error:
            why = self.stopped_because or _cause(error.ename, error.evalue)
        except DeadKernelError:
            why = self.stopped_because or self._death()
        except (CellExecutionError, RuntimeError, TimeoutError) as error:
            why = self.stopped_because or f"the kernel failed: {error}"
        return Outcome(
            status="failed" if why else "done",
            why=why,
            cell=self._place() if why else None,
            seconds=round(time.monotonic() - self.started, 2),
            peak_memory_mb=self.manager.peak_memory_mb,
            notebook=None if why else notebook,
        )

    def drive(self, manager_of_cells):
        """Run the cells; called by the engine below."""
        self._cells = list(manager_of_cells.nb.cells)  # Papermill adds cells where one fails
        client = PapermillNotebookClient(
            manager_of_cells,
            km=self.manager,
            log=LOG,
            timeout=None,
            startup_timeout=START_SECONDS,
            shutdown_kernel="immediate",
            on_cell_start=self._cell_starts,
            on_cell_executed=self._cell_ends,
        )
        client.owns_km = True  # so that it ends the kernel
        environment = os.environ | SINGLE_THREADED | self.environment
        # what a kernel writes beside its cells' outputs would disturb the progress shown
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        client.execute(env=environment, cwd=str(self.path.parent), **quiet)

    def _cell_starts(self, cell, cell_index):
        if self.stopped_because:  # before there was a kernel to kill
            raise DeadKernelError(self.stopped_because)
        if cell.cell_type == "code":
            self._at = cell_index
            self.on_step(*self._count(cell_index), heading_before(self._cells, cell_index))

    def _cell_ends(self, cell, cell_index, execute_reply):
        if execute_reply["content"]["status"] == "ok":
            self._finished.add(cell_index)

    def _code_cells(self):
        """Indices of the code cells that readers of the notebook see."""
        return [
            index
            for index, cell in enumerate(self._cells)
            if cell.cell_type == "code"
            and "injected-parameters" not in cell.metadata.get("tags", [])
        ]

    def _count(self, index):
        cells = self._code_cells()
        return sum(other <= index for other in cells), len(cells)

    def _place(self):
        if self._at is None:
            return None
        number, cells = self._count(self._at)
        return {
            "number": number,
            "of": cells,
            "heading": heading_before(self._cells, self._at),
            "line": self._cells[self._at].source.partition("\n")[0],
        }

    def _unfinished(self):
        """Why an execution that Papermill takes for a success is none; None when it is one."""
        if self.stopped_because:
            return self.stopped_because
        for index, cell in enumerate(self._cells):
            if cell.cell_type == "code" and cell.source.strip() and index not in self._finished:
                self._at = index
                return "the notebook stopped itself here, without an error"
        return None

    def _death(self):
        end = None
        if self.manager.zygote is not None and self.manager.provisioner is not None:
            end = self.manager.zygote.exit_of(self.manager.provisioner.pid)
        if end and end["code"] < 0:
            signal = -end["code"]
            memory = "; most often memory has run out" if signal == 9 else ""
            return f"the kernel died (signal {signal}){memory}"
        return "the kernel died"


class _Engine(NBClientEngine):
    @classmethod
    def execute_managed_notebook(cls, nb_man, kernel_name, *, execution, **_):
        execution.drive(nb_man)


papermill_engines.register(ENGINE, _Engine)


def _cause(name, value):
    """An exception in one line; our own errors are sentences already."""
    value = " ".join(str(value).split())
    return value if name == "InputError" and value else f"{name}: {value}".rstrip(": ")
