"""The floor: read every source and write as many bytes into as many files as a build did, and nothing else.

Run as a program of its own: `python bare.py SOURCES SIZES TARGET`. `SIZES` has a line for each file: its
length in bytes, a blank, and its path below `TARGET`.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path


def main(sources: Path, sizes: Path, target: Path) -> None:
    """Read all files below `sources`, then write the files that `sizes` lists."""
    read = sum(len(file.read_bytes()) for file in sources.rglob("*") if file.is_file())
    listed = [line.split(" ", 1) for line in sizes.read_text("utf-8").splitlines()]
    block = os.urandom(max(int(length) for length, _ in listed))
    for folder in {os.path.dirname(path) for _, path in listed}:  # noqa: PTH120 - the fastest way is the floor
        (target / folder).mkdir(parents=True, exist_ok=True)
    for length, path in listed:
        with open(target / path, "wb") as file:  # noqa: PTH123 - the same
            file.write(block[: int(length)])
    sys.stdout.write(f"{read} bytes read\n")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
