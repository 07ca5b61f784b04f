"""Kernels for a run: forked from a preloaded process where possible, ordinary ones elsewhere."""

import asyncio
import contextlib
import os
import signal
import sys
import tempfile
import time
from pathlib import Path
from queue import Empty

from jupyter_client.asynchronous import AsyncKernelClient
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning import LocalProvisioner
from traitlets import Any

__all__ = ["ForkProvisioner", "RunKernelClient", "RunKernelManager"]


class RunKernelClient(AsyncKernelClient):
    """The client of one notebook's kernel: it is ready as soon as the kernel has answered."""

    async def wait_for_ready(self, timeout=None):
        """Wait until the kernel answers and its outputs come through.

        Jupyter's own would then wait for a pause in the outputs, 0.2 s for every notebook: those
        of a question asked before are told from a cell's by the number of the question.

        Raises
        ------
        RuntimeError
            When the kernel dies or the time is over, in seconds.
        """
        deadline = time.monotonic() + (float("inf") if timeout is None else timeout)
        while True:
            self.kernel_info()
            try:
                await self.get_shell_msg(timeout=1)
                await self.get_iopub_msg(timeout=0.2)
                return
            except Empty:
                if not await self.is_alive():
                    raise RuntimeError("it died before it answered") from None
                if time.monotonic() > deadline:
                    raise RuntimeError(f"no answer in {timeout} seconds") from None


class RunKernelManager(AsyncKernelManager):
    """The manager of one notebook's kernel; its specification stands here, not on the machine.

    With a `zygote` the kernel is a fork of it, reached over Unix sockets in a private folder
    (TCP would warn on every start); without one it is the ordinary kernel of this environment.
    """

    zygote = Any(None, allow_none=True)

    def __init__(self, **settings):
        super().__init__(client_factory=RunKernelClient, **settings)
        self._kernel_spec = KernelSpec(
            argv=[sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"],
            display_name="Python 3",
            language="python",
        )
        if self.zygote is not None:
            self._kernel_spec.metadata = {
                "kernel_provisioner": {"provisioner_name": "workbook-fork"}
            }
            self.transport = "ipc"
            folder = Path(tempfile.mkdtemp(dir=self.zygote.folder))
            self.connection_file = str(folder / "c.json")

    def stop_now(self):
        """Kill the kernel from any thread; the client notices within a second."""
        if isinstance(self.provisioner, ForkProvisioner):
            self.zygote.kill(self.provisioner.pid)
        elif self.provisioner is not None and self.provisioner.process is not None:
            self.provisioner.process.kill()

    @property
    def peak_memory_mb(self):
        """Peak memory of a forked kernel that has ended, in MB; None for an ordinary one."""
        pid = getattr(self.provisioner, "pid", None)
        if self.zygote is None or pid is None:
            return None
        end = self.zygote.wait(pid)
        return end and end["peak_memory_mb"]


class ForkProvisioner(LocalProvisioner):
    """Starts a kernel by forking the preloaded process that its manager names as `zygote`."""

    @property
    def has_process(self):
        return self.pid is not None

    async def launch_kernel(self, cmd, **kwargs):
        settings = ["--HistoryManager.enabled=False"]
        self.cwd = kwargs.get("cwd") or Path.cwd()
        environment = kwargs["env"] | {"TMPDIR": os.path.dirname(self.parent.connection_file)}
        argv = [*cmd[cmd.index("-f") :], *settings]
        self.pid = self.pgid = self._zygote.fork(argv, env=environment, cwd=self.cwd)
        return self.connection_info

    @property
    def _zygote(self):
        return self.parent.zygote

    async def poll(self):
        if self.pid is None:
            return 0
        end = self._zygote.exit_of(self.pid)
        return None if end is None else end["code"]

    async def wait(self):
        while (code := await self.poll()) is None:
            await asyncio.sleep(0.01)
        return code

    async def send_signal(self, signum):
        self._zygote.kill(self.pid, signum)

    async def kill(self, restart=False):
        await self.send_signal(signal.SIGKILL)
        with contextlib.suppress(TimeoutError):  # its manager would look again after 0.1 s only
            await asyncio.wait_for(self.wait(), 1)

    async def terminate(self, restart=False):
        await self.send_signal(signal.SIGTERM)
