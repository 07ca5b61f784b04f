"""environment.yml for conda users, made from the lock file so that both hold the same pins."""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)(?:\s*;\s*([^\\]+?))?\s*\\?$", re.MULTILINE)

HEAD = """\
# conda env create -f environment.yml
# The pins of requirements.lock for conda users; `make lock` writes both.
name: workbook
channels:
  - conda-forge
  - nodefaults
dependencies:
  - python=3.11
  - pip
  - pip:
"""


def environment(lock: str) -> str:
    """The text of environment.yml for the text of a lock file."""
    pins = [f"{n}=={v}" + (f" ; {m.strip()}" if m else "") for n, v, m in PIN.findall(lock)]
    lines = [f'      - "{pin}"' if ";" in pin else f"      - {pin}" for pin in pins]
    return HEAD + "\n".join(lines) + "\n"


if __name__ == "__main__":
    text = environment((ROOT / "requirements.lock").read_text(encoding="utf-8"))
    if "--write" in sys.argv:
        (ROOT / "environment.yml").write_text(text, encoding="utf-8")
    else:
        print(text)
