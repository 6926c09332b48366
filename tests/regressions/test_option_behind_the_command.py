"""An option of sitegen itself, written behind the command as many tools allow, is told its place."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def test_verbose_behind_build(tmp_path: Path) -> None:
    """`sitegen build -v` is wrong usage, and says where `-v` stands; an unknown option gets no such advice."""
    known, unknown = (
        subprocess.run(
            [sys.executable, "-m", "sitegen", "build", option],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        for option in ("-v", "--nonsense")
    )

    assert (2, 2) == (known.returncode, unknown.returncode)
    assert "“sitegen -v build”" in known.stderr
    assert "before the command" not in unknown.stderr
