"""A run: clients opened, themes executed side by side, each client published when it is done."""

import contextlib
import errno
import signal
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from functools import partial

from workbook.batch.client_run import ClientRun
from workbook.batch.folder import locked, unwritable
from workbook.batch.pages import FAILED, outputs_page
from workbook.batch.progress import Progress
from workbook.batch.record import now, put_json
from workbook.batch.zygote import Zygote
from workbook.intake.errors import InputError

__all__ = ["Run", "unexpected"]

TICK = 0.2  # seconds between two looks at the clock
NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class Run:
    """All that `workbook run` was asked for.

    Parameters
    ----------
    request : workbook.batch.plan.Request
    themes : dict
        {name: Theme}.
    places : workbook.batch.places.Places
    progress : Progress, optional
    start_zygote : callable, optional
        ``start_zygote(modules)`` gives the process that kernels are forked from, by default `Zygote`
        where that is possible; None has ordinary kernels started.

    Attributes
    ----------
    published : list of ClientRun
        Clients whose report is in place, whether or not anything had to run.
    problems : dict
        {client: sentence} for clients that couldn't be run.
    """

    def __init__(self, request, themes, places, *, progress=None, start_zygote=...):
        self.request, self.themes, self.places = request, themes, places
        self.progress = progress or Progress(request.jobs)
        self._start_zygote = start_zygote
        if start_zygote is ...:
            self._start_zygote = Zygote if Zygote.available() else None
        self.published, self.problems = [], {}
        self._zygote = None
        self._to_prepare = [ClientRun(n, request, themes, places) for n in request.clients]
        self._to_open, self._opened, self._tasks = [], [], {}

    def go(self):
        """Run to the end and return the exit code: 0, 1 or 2 as the README says."""
        with _interruptible(), self.progress, ThreadPoolExecutor(self.request.jobs) as pool:
            try:
                while self._start(pool):
                    done, _ = wait(self._tasks, timeout=TICK, return_when=FIRST_COMPLETED)
                    for client in self._opened:
                        client.stop_late()
                    for task in done:
                        self._ended(task, *self._tasks.pop(task))
            finally:
                self._clean_up()
        self._write_index()
        return self._exit_code()

    def _start(self, pool):
        """Fill free places with work; False when nothing is left to do."""
        while len(self._tasks) < self.request.jobs:
            ready = next(((c, job) for c in self._opened for job in c.ready_jobs()), None)
            if ready:
                client, job = ready
                job.state = "running"
                name = _name(client, job)
                step = partial(self.progress.step, name)
                self.progress.starts(name, job.last_seconds)
                task = pool.submit(client.execute, job, self._zygote, step)
                self._tasks[task] = client, self._job_ended, job
            elif self._to_open:
                client = self._to_open.pop(0)
                self._tasks[pool.submit(client.open)] = client, self._is_open, None
            elif self._to_prepare:
                client = self._to_prepare.pop(0)
                self._tasks[pool.submit(client.prepare)] = client, self._prepared, None
            else:
                break
        self.progress.expect(
            job.last_seconds
            for c in self._opened
            for job in c.plan.to_run
            if job.state == "waiting"
        )
        return bool(self._tasks)

    def _ended(self, task, client, follow, job):
        """Go on with what a task has returned; a problem of the client ends the client."""
        try:
            follow(client, job, task.result())
        except Exception as error:
            client.stop_all()
            if client in self._opened:
                self._opened.remove(client)
            if client.name not in self.problems:  # its other themes stumble over the same
                self.problems[client.name] = self._sentence(client, error)
                self.progress.say(f"{client.name}: {self.problems[client.name]}")
        busy = any(other is client for other, *_ in self._tasks.values())
        if client.name in self.problems and not busy:  # the last one to write in its folder
            client.close()

    def _prepared(self, client, _, __):
        if not client.plan.to_run:
            client.close()
            self.published.append(client)
            self.progress.say(f"{client.name}: unchanged, nothing to run")
            return
        if self._start_zygote and self._zygote is None:
            wanted = dict.fromkeys(name for t in self.themes.values() for name in t.imports)
            self._zygote = self._start_zygote(wanted)
        self._to_open.append(client)

    def _is_open(self, client, _, __):
        self._opened.append(client)
        for job in client.plan.jobs:
            if not job.needs_run:
                self.progress.say(f"{_name(client, job)}: unchanged")
            elif job.state == "ended":
                self.progress.say(f"{_name(client, job)}: {_told(client, job)}")
        self._publish_if_done(client)

    def _job_ended(self, client, job, outcome):
        if client not in self._opened:  # its folder is gone: the disk is full
            return
        client.ended(job, outcome)
        self.progress.ends(_name(client, job), _told(client, job))
        self._publish_if_done(client)

    def _publish_if_done(self, client):
        if all(job.state == "ended" for job in client.plan.to_run):
            client.publish()
            client.close()
            self._opened.remove(client)
            self.published.append(client)

    def _sentence(self, client, error):
        if isinstance(error, InputError):
            return str(error)
        outputs = self.places.outputs
        if getattr(error, "errno", None) in NO_ROOM or "No space left" in str(error):
            return f"the disk is full ({outputs}); the last report stays as it was"
        if isinstance(error, OSError):
            return unwritable(outputs / client.name, error)
        return unexpected(error)

    def _write_index(self):
        outputs = self.places.outputs
        try:
            for client in self.published:
                (outputs / client.name / FAILED).unlink(missing_ok=True)
            for name, why in self.problems.items():
                if self.request.every_client:  # alone, the operator has read it
                    (outputs / name).mkdir(parents=True, exist_ok=True)
                    put_json(outputs / name / FAILED, {"why": why, "when": now()})
            with locked(outputs / ".lock", wait=True):
                outputs_page(outputs)
        except OSError as error:
            if not self.problems:
                self.problems["outputs"] = unwritable(outputs, error)
                self.progress.say(self.problems["outputs"])

    def _clean_up(self):
        for client in self._opened:
            client.stop_all()
        if self._zygote is not None:
            self._zygote.close()
        wait(self._tasks)
        for client in {*self._opened, *self._to_open, *(task[0] for task in self._tasks.values())}:
            client.close()

    def _exit_code(self):
        if self.problems:
            return 1 if self.request.every_client else 2
        for client in self.published:
            statuses = client.statuses()
            if "failed" in statuses.values():
                return 1
            if any(statuses.get(theme) == "skipped" for theme in self.request.themes):
                return 1
        return 0


def unexpected(error):
    """Sentence for an error nobody foresaw, with the place that a bug report needs."""
    frame = error.__traceback__
    while frame and frame.tb_next:
        frame = frame.tb_next
    place = f", {frame.tb_frame.f_code.co_filename}:{frame.tb_lineno}" if frame else ""
    return f"an error that should not happen: {type(error).__name__}: {error}{place}"


def _name(client, job):
    other = "" if job.language == client.plan.client.language else f" ({job.language})"
    return f"{client.name} {job.theme.name}{other}"


def _told(client, job):
    """How a job ended, in a line."""
    entry = client.entry(job)
    if entry["status"] == "done":
        return f"done in {entry['seconds']:.1f} s"
    cell = entry["cell"]
    where = f" in code cell {cell['number']} of {cell['of']}" if cell else ""
    where += f" ({cell['heading']})" if cell and cell["heading"] else ""
    return f"{entry['status']}{where}: {entry['why']}"


@contextlib.contextmanager
def _interruptible():
    """Have a termination or a closed terminal end a run the way Ctrl-C does."""

    def interrupt(signum, frame):
        raise KeyboardInterrupt

    names = [n for n in ("SIGTERM", "SIGHUP") if hasattr(signal, n)]
    before = {n: signal.signal(getattr(signal, n), interrupt) for n in names}
    try:
        yield
    finally:
        for name, handler in before.items():
            signal.signal(getattr(signal, name), handler)
