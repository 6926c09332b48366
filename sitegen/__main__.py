"""The program: `sitegen`, and `python -m sitegen`.

Even what is interrupted while it is still being loaded ends as interrupted, without a traceback.
"""

import sys

__all__ = ["main"]


def main() -> None:
    """Run the command line and exit."""
    try:
        from sitegen.cli import main as run

        run()
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
