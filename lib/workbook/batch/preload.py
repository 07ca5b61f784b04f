"""The process that kernels are forked from: libraries imported once, then one fork per notebook.

It runs as ``python -m workbook.batch.preload SOCKET PARENT FOLDER MODULE...`` and speaks one
JSON object per line over the inherited socket:

    <- {"fork": ticket, "argv": [...], "env": {...}, "cwd": "..."}   -> {"ticket": .., "pid": ..}
    <- {"kill": pid, "signal": 9}
                                            -> {"exit": pid, "code": .., "peak_memory_mb": ..}

It must stay free of threads (a fork copies only the thread that calls it), and it ends, with
every kernel, when the other end of the socket closes, whatever became of the process there.
"""

import contextlib
import ctypes
import gc
import importlib
import io
import json
import os
import random
import select
import shutil
import signal
import socket
import sys
import tempfile

__all__ = ["main"]

_PR_SET_PDEATHSIG = 1
INLINE_BACKEND = "module://matplotlib_inline.backend_inline"

# what every kernel needs beyond the notebooks' own imports: loaded on first use by the libraries
# and by ours, so that without this list each fork would load it again
ALWAYS = (
    "ipykernel.kernelapp",
    "ipykernel.ipkernel",
    "ipykernel.debugger",
    "IPython.core.completerlib",
    "IPython.core.debugger",
    "IPython.core.oinspect",
    "IPython.core.pylabtools",
    "IPython.extensions.storemagic",
    "matplotlib.pyplot",
    "matplotlib.backends.backend_agg",
    "matplotlib.backends.backend_svg",
    "ibis.backends.duckdb",
    "ibis.backends.duckdb.converter",
    "ibis.expr.types.groupby",
    "ibis.formats.pandas",
    "pandas.core.reshape.reshape",
    "pyarrow.dataset",
    "pyarrow.pandas_compat",
    "pyarrow.parquet",
    "babel.dates",
    "babel.numbers",
    "jinja2",
    "scipy.optimize",
    "scipy.special",
    "seaborn",
    "tornado.platform.asyncio",
    "zhplot",
    "workbook.analysis.customers",
    "workbook.intake.frames",
    "workbook.intake.tables",
    "workbook.report.charts",
    "workbook.report.document",
    "workbook.report.figures",
    "workbook.report.fonts",
    "workbook.report.forecasts",
    "workbook.report.session",
)


def main(arguments):
    """Import the modules, then fork kernels on request until the socket closes."""
    descriptor, parent, folder, modules = arguments[0], arguments[1], arguments[2], arguments[3:]
    control = socket.socket(fileno=int(descriptor))
    kernels = set()

    def leave(signum, frame):
        # the parent's death closes the socket and sends SIGTERM, in either order: with kernels
        # about, an exception could meet the very lines that end them
        if not kernels:
            raise SystemExit(0)
        with contextlib.suppress(OSError):
            control.shutdown(socket.SHUT_RDWR)

    signal.signal(signal.SIGTERM, leave)
    die_with_parent(int(parent), signal.SIGTERM)
    try:
        _preload(modules)
        _serve(control, kernels)
    finally:
        for pid in kernels:
            _kill(pid, signal.SIGKILL)
        for pid in kernels:
            os.waitpid(pid, 0)
        shutil.rmtree(folder, ignore_errors=True)


def die_with_parent(parent, signum):
    """Have the system send `signum` when the parent dies (Linux; elsewhere the socket does)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signum, 0, 0, 0)
    if os.getppid() != parent:  # it died before the call
        os._exit(1)


def _preload(modules):
    sys.modules["rfc3987_syntax"] = None  # 1.5 s for a URL grammar nobody asks for
    sys.modules["debugpy"] = None  # 0.7 s in every kernel, and a batch has no debugger
    os.environ["MPLBACKEND"] = INLINE_BACKEND  # before pyplot, or figures vanish from the outputs
    gc.disable()  # what is imported stays: an eighth of the time went into looking through it
    for name in (*ALWAYS, *modules):
        # what can't be imported here fails in the notebook's own cell, where it is named
        with contextlib.suppress(Exception):
            importlib.import_module(name)
    with contextlib.suppress(Exception):
        _draw_once()
        sys.modules["workbook.intake.manifest"].code_hash()
        sys.modules["workbook.report.templating"].block("answer", text="")
        sys.modules["duckdb"].execute("SET threads = 1")  # ends the thread that its import starts
    gc.enable()
    gc.freeze()  # shared pages stay shared: no collection writes to them


def _draw_once():
    """Draw a figure nobody sees: fonts are found and caches filled before the first fork."""
    import matplotlib
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    from workbook.report.charts import set_style

    with matplotlib.rc_context():
        set_style()
        figure = Figure()
        figure.add_subplot().plot([0, 1], label="Label")
        figure.axes[0].set(title="Title", xlabel="x", ylabel="y")
        figure.axes[0].legend()
        for kind in ("png", "svg"):
            FigureCanvasAgg(figure).print_figure(io.BytesIO(), format=kind, bbox_inches="tight")


def _serve(control, kernels):
    pending = b""
    while True:
        ready, _, _ = select.select([control], [], [], 0.02 if kernels else None)
        if ready:
            data = control.recv(65536)
            if not data:
                return
            *lines, pending = (pending + data).split(b"\n")
            for line in lines:
                _answer(control, kernels, json.loads(line))
        for pid in list(kernels):
            done, status, usage = os.wait4(pid, os.WNOHANG)
            if done:
                kernels.discard(pid)
                _kill(pid, signal.SIGKILL)  # what the kernel itself had started
                _send(
                    control,
                    exit=pid,
                    code=os.waitstatus_to_exitcode(status),
                    peak_memory_mb=round(usage.ru_maxrss / 1024, 1),
                )


def _answer(control, kernels, request):
    if "kill" in request:
        if request["kill"] in kernels:
            _kill(request["kill"], request["signal"])
        return
    zygote = os.getpid()
    pid = os.fork()
    if pid == 0:
        _become_kernel(control, zygote, request)
    with contextlib.suppress(OSError):  # whichever of the two comes first
        os.setpgid(pid, pid)
    kernels.add(pid)
    _send(control, ticket=request["fork"], pid=pid)


def _become_kernel(control, zygote, request):
    code = 1
    try:
        os.setpgid(0, 0)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        die_with_parent(zygote, signal.SIGKILL)
        control.close()
        nowhere = os.open(os.devnull, os.O_RDWR)
        for descriptor in (0, 1, 2):
            os.dup2(nowhere, descriptor)
        os.chdir(request["cwd"])
        os.environ.clear()
        os.environ.update(request["env"])
        os.environ["MPLBACKEND"] = INLINE_BACKEND
        tempfile.tempdir = None
        random.seed()
        sys.modules["numpy"].random.seed()
        sys.modules["duckdb"].execute("RESET threads")
        gc.set_threshold(20_000, 20, 50)  # expressions and charts are many small objects
        sys.argv = ["ipykernel_launcher", *request["argv"]]
        from ipykernel.kernelapp import IPKernelApp

        IPKernelApp.launch_instance(argv=request["argv"])
        code = 0
    finally:
        os._exit(code)


def _kill(pid, signum):
    with contextlib.suppress(ProcessLookupError):
        os.killpg(pid, signum)


def _send(control, **message):
    with contextlib.suppress(OSError):  # nobody listens any more: the next read says so
        control.sendall(json.dumps(message).encode() + b"\n")


if __name__ == "__main__":
    main(sys.argv[1:])
