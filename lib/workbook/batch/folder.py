"""The output folder of a client: built beside the last one, swapped in one step."""

import contextlib
import ctypes
import errno
import os
import shutil
import sys
from pathlib import Path

from workbook.intake.errors import InputError

__all__ = ["WORK", "OutputFolder", "locked", "put", "unwritable"]

WORK = ".work"  # in the staging folder: what notebooks write in; gone before it is published

_AT_FDCWD = -100
_RENAME_EXCHANGE = 2


class OutputFolder:
    """outputs/<client>/<as_of>/ while a run works on it. Use it in a `with` block.

    Entering takes the client's lock and removes what a killed run has left. `stage` makes a copy
    (hard links) of the last run to work on, `publish` puts it in place; without `publish` the last
    run stays as it was. Files in `staging` share their content with the last run's: replace them
    by `put`, never write into them.

    Parameters
    ----------
    outputs : Path
    client : str
        Folder name.

    Attributes
    ----------
    target, staging : Path
        The last run's folder and the one being built; None before `stage`.
    """

    def __init__(self, outputs, client):
        self.home = Path(outputs) / client
        self.target = self.staging = None
        self._lock = contextlib.ExitStack()

    def __enter__(self):
        try:
            self.home.mkdir(parents=True, exist_ok=True)
            self._lock.enter_context(locked(self.home / ".lock"))
            for stale in self.home.glob(".*.staging"):
                shutil.rmtree(stale)
        except BlockingIOError as error:
            raise InputError(
                f"another run for {self.home.name} is under way; wait for it to end"
            ) from error
        except OSError as error:
            raise InputError(unwritable(self.home, error)) from error
        return self

    def __exit__(self, *_):
        if self.staging is not None:
            shutil.rmtree(self.staging, ignore_errors=True)
        self._lock.close()

    def stage(self, as_of):
        """Make the staging folder for `as_of` (ISO date) from the last run's files."""
        self.target = self.home / as_of
        self.staging = self.home / f".{as_of}.staging"
        if self.target.exists() and not self.target.is_dir():
            raise NotADirectoryError(errno.ENOTDIR, "a file stands there", str(self.target))
        if self.target.is_dir():
            shutil.copytree(self.target, self.staging, copy_function=_link)
        else:
            self.staging.mkdir()

    def publish(self):
        """Put the staging folder in the place of the last run."""
        shutil.rmtree(self.staging / WORK, ignore_errors=True)
        if not self.target.exists():
            os.rename(self.staging, self.target)
        elif not _exchange(self.staging, self.target):
            _replace_files(self.staging, self.target)
        shutil.rmtree(self.staging, ignore_errors=True)


@contextlib.contextmanager
def locked(path, *, wait=False):
    """Hold the lock at `path`; the system frees it when the process ends, however it ends.

    Raises
    ------
    BlockingIOError
        When another process holds it, unless `wait`.
    """
    with path.open("ab") as file:
        if sys.platform == "win32":
            import msvcrt

            try:
                msvcrt.locking(file.fileno(), msvcrt.LK_LOCK if wait else msvcrt.LK_NBLCK, 1)
            except OSError as error:
                raise BlockingIOError(str(error)) from error
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        yield


def put(path, content):
    """Write text or bytes to a new file at `path`; a file that stood there keeps its content."""
    data = content.encode("utf-8") if isinstance(content, str) else content
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.new")
    try:
        fresh.write_bytes(data)
        os.replace(fresh, path)
    except OSError:
        fresh.unlink(missing_ok=True)
        raise


def unwritable(path, error):
    """Sentence for a folder that can't be written; `path` where the error names none."""
    path = error.filename or path
    return f"the output folder {path} can't be written: {error.strerror or error}"


def _link(source, target):
    try:
        os.link(source, target)
    except OSError:  # a file system without hard links
        shutil.copy2(source, target)


def _exchange(one, other):
    """Swap two folders in one step; False where the system can't."""
    if sys.platform != "linux":
        return False
    library = ctypes.CDLL(None, use_errno=True)
    if not hasattr(library, "renameat2"):
        return False
    paths = os.fsencode(one), os.fsencode(other)
    return library.renameat2(_AT_FDCWD, paths[0], _AT_FDCWD, paths[1], _RENAME_EXCHANGE) == 0


def _replace_files(staging, target):
    """File by file, index.html last; then what the new run doesn't have goes."""
    new = sorted(p.relative_to(staging) for p in staging.rglob("*") if p.is_file())
    new.sort(key=lambda path: path.name.startswith("index."))
    for path in new:
        (target / path).parent.mkdir(parents=True, exist_ok=True)
        os.replace(staging / path, target / path)
    for path in sorted(target.rglob("*"), reverse=True):
        if path.is_file() and path.relative_to(target) not in new:
            path.unlink()
        elif path.is_dir():
            with contextlib.suppress(OSError):  # not empty
                path.rmdir()
