"""The program: `sitegen`, and `python -m sitegen`.

Even what is interrupted while it is still being loaded ends as interrupted, without a traceback.
"""

import os
import sys

__all__ = ["main"]


def main() -> None:
    """Run the command line and exit."""
    try:
        from sitegen.cli import main as run

        run()
    except KeyboardInterrupt:
        sys.exit(130)
    except SystemExit as end:
        if isinstance(end.code, int):
            _end(end.code)
        raise


def _end(code: int) -> None:
    """End at once: to take a large archive apart, object by object, takes longer than a small build."""
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except OSError:
        return
    os._exit(code)


if __name__ == "__main__":
    main()
