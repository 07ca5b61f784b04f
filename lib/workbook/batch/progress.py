"""What an operator sees while a run goes on: theme, step, time left."""

import sys
import threading
import time

__all__ = ["Progress"]

LINE_EVERY = 10.0  # seconds between two lines on one theme where the output is no terminal


class Progress:
    """Live table on a terminal, plain lines elsewhere. Its methods may be called from any thread.

    Parameters
    ----------
    jobs : int
        How many themes run side by side, for the time left.
    live : bool, optional
        By default, whether standard output is a terminal.
    """

    def __init__(self, jobs=1, live=None):
        self.jobs = jobs
        self._live_wanted = sys.stdout.isatty() if live is None else live
        self._lock = threading.Lock()
        self._running, self._waiting, self._live = {}, [], None

    def __enter__(self):
        if self._live_wanted:
            from rich.live import Live

            self._live = Live(get_renderable=self._table, refresh_per_second=4, transient=True)
            self._live.__enter__()
        return self

    def __exit__(self, *error):
        if self._live is not None:
            self._live.__exit__(*error)
            self._live = None

    def say(self, text):
        """A line that stays."""
        if self._live is not None:
            self._live.console.print(text, markup=False, highlight=False, soft_wrap=True)
        else:
            print(text, flush=True)

    def expect(self, seconds):
        """Tell how long the waiting themes took last time (None: not known)."""
        self._waiting = list(seconds)

    def starts(self, name, expected=None):
        """A theme starts; `expected` seconds as of the last time."""
        with self._lock:
            self._running[name] = _Row(expected)
        if self._live is None:
            self.say(f"{name}: starts")

    def step(self, name, cell, cells, heading):
        """A theme has reached code cell `cell` of `cells`, under `heading`."""
        with self._lock:
            row = self._running[name]
            row.cell, row.cells, row.heading = cell, cells, heading
            due = self._live is None and time.monotonic() - row.told > LINE_EVERY
            if due:
                row.told = time.monotonic()
        if due:
            self.say(f"{name}: {row.text()}, {_left(self.seconds_left())}")

    def ends(self, name, text):
        """A theme has ended; `text` says how."""
        with self._lock:
            self._running.pop(name, None)
        self.say(f"{name}: {text}")

    def seconds_left(self):
        """Estimate for all that runs or waits; None when nothing is known."""
        with self._lock:
            running = [row.seconds_left() for row in self._running.values()]
        known = [seconds for seconds in (*running, *self._waiting) if seconds is not None]
        if not known:
            return None
        usual = sum(known) / len(known)
        left = [usual if s is None else s for s in (*running, *self._waiting)]
        return max(max(left), sum(left) / self.jobs)

    def _table(self):
        from rich.table import Table
        from rich.text import Text

        table = Table.grid(padding=(0, 2))
        with self._lock:
            rows = [
                (name, row.text(), f"{row.elapsed():.0f} s") for name, row in self._running.items()
            ]
        for row in rows:
            table.add_row(*map(Text, row))  # headings are text, not markup
        table.add_row(f"{len(self._waiting)} waiting", _left(self.seconds_left()), "")
        return table


class _Row:
    def __init__(self, expected):
        self.expected, self.started, self.told = expected, time.monotonic(), time.monotonic()
        self.cell, self.cells, self.heading = 0, 0, ""

    def elapsed(self):
        return time.monotonic() - self.started

    def text(self):
        if not self.cells:
            return "kernel starts"
        under = f" ({self.heading})" if self.heading else ""
        return f"cell {self.cell} of {self.cells}{under}"

    def seconds_left(self):
        if self.expected is not None:
            return max(self.expected - self.elapsed(), 0.5)
        if self.cell > 1:
            return self.elapsed() * (self.cells - self.cell + 1) / (self.cell - 1)
        return None


def _left(seconds):
    if seconds is None:
        return "time left not known yet"
    if seconds < 90:
        return f"about {seconds:.0f} s left"
    return f"about {seconds / 60:.0f} min left"
