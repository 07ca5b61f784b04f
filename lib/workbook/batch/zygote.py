"""The runner's hold on the process that kernels are forked from."""

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

__all__ = ["SINGLE_THREADED", "Zygote"]

_SOCKET_PATH_LIMIT = 50  # a Unix socket's path ends at 107 bytes, the kernel's file name included

# kernels run side by side, and the process that forks them must have no thread of its own
SINGLE_THREADED = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "JE_ARROW_MALLOC_CONF": "background_thread:false",
}


class Zygote:
    """A preloaded process that forks kernels; start it from the main thread, before any other.

    Parameters
    ----------
    modules : iterable of str
        Names to import once, for all kernels.

    Attributes
    ----------
    folder : Path
        Short-lived files: sockets and the kernels' own temporary files. Goes with the process.
    """

    def __init__(self, modules=()):
        self.folder = Path(tempfile.mkdtemp(prefix="workbook-", dir=_short_folder()))
        self._exits, self._pids, self._tickets = {}, {}, 0
        self._news = threading.Condition()
        self._control, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(
                [
                    *(sys.executable, "-m", "workbook.batch.preload"),
                    *(str(theirs.fileno()), str(os.getpid()), str(self.folder), *modules),
                ],
                pass_fds=[theirs.fileno()],
                env=os.environ | SINGLE_THREADED,
                stdin=subprocess.DEVNULL,
                start_new_session=True,  # Ctrl-C is the runner's to answer
            )
        self._closed = False
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    @staticmethod
    def available():
        """Whether kernels can be forked here: on Linux (elsewhere ordinary kernels serve)."""
        return sys.platform == "linux" and hasattr(os, "fork")

    def fork(self, argv, *, env, cwd):
        """Start a kernel and return its process id.

        Raises
        ------
        RuntimeError
            When the preloaded process is gone.
        """
        with self._news:
            self._tickets += 1
            ticket = self._tickets
        self._send({"fork": ticket, "argv": argv, "env": dict(env), "cwd": str(cwd)})
        with self._news:
            self._news.wait_for(lambda: ticket in self._pids or self._closed)
            if ticket not in self._pids:
                raise RuntimeError("the process that starts kernels has ended")
            return self._pids.pop(ticket)

    def kill(self, pid, signum=signal.SIGKILL):
        """Send `signum` to a kernel and all that it started."""
        self._send({"kill": pid, "signal": int(signum)})

    def exit_of(self, pid):
        """What is known of a kernel's end: {code, peak_memory_mb}, or None while it runs."""
        with self._news:
            if self._closed:
                return self._exits.get(pid, {"code": -signal.SIGKILL, "peak_memory_mb": None})
            return self._exits.get(pid)

    def wait(self, pid, timeout=5.0):
        """Wait for a kernel's end and return `exit_of` (None after `timeout` seconds)."""
        with self._news:
            self._news.wait_for(lambda: pid in self._exits or self._closed, timeout)
        return self.exit_of(pid)

    def close(self):
        """End the process and every kernel."""
        with contextlib.suppress(OSError):
            self._control.shutdown(socket.SHUT_RDWR)
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
            shutil.rmtree(self.folder, ignore_errors=True)
        self._reader.join(1)
        self._control.close()

    def _send(self, request):
        with contextlib.suppress(OSError), self._news:  # its end is told by the reader
            self._control.sendall(json.dumps(request).encode() + b"\n")

    def _read(self):
        with contextlib.suppress(OSError), self._control.makefile("rb") as lines:
            for line in lines:
                message = json.loads(line)
                with self._news:
                    if "ticket" in message:
                        self._pids[message["ticket"]] = message["pid"]
                    else:
                        self._exits[message.pop("exit")] = message
                    self._news.notify_all()
        with self._news:
            self._closed = True
            self._news.notify_all()


def _short_folder():
    usual = tempfile.gettempdir()
    return usual if len(usual) <= _SOCKET_PATH_LIMIT else "/tmp"
