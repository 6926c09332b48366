"""sitegen publishes an editorial archive: Markdown in, a browsable folder of pages out.

The package is one straight line of data and its folders are the stations, in order:
``articles`` → ``archive`` → ``pages`` → ``build``. ``docs/architecture.md`` walks along it.
"""

__all__ = ["__version__"]

__version__ = "0.1.0"
