"""The builder: the one thread that works at the desk, and the queue of what it is asked."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import Any, TypeVar

from sitegen.preview.desk import Desk

__all__ = ["Builder"]

PATIENCE = 0.4
"""Seconds for which the end of what is being done is waited for, when all ends."""

MOMENT = 0.05
"""Seconds in which what is nearly done may be done."""

T = TypeVar("T")


class Builder:
    """Makes a desk in its thread, and answers questions in the order in which they were asked.

    Nothing can be asked of a desk that could not be made: `ready` has the error then, and so has every answer.
    """

    def __init__(self, make: Callable[[], Desk]) -> None:
        """Begin to make the desk."""
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="sitegen-builder")
        self._is_over = False
        self._over: Future[None] = Future()
        self.ready: Future[Desk] = self._thread.submit(make)

    def ask(self, question: Callable[[Desk], T]) -> Future[T]:
        """Return what will be the answer; it is cancelled where all ends before."""
        try:
            return self._thread.submit(self._answer, question)
        except RuntimeError:  # it was closed
            gone: Future[T] = Future()
            gone.cancel()
            return gone

    def wait(self, answer: Future[T]) -> None:
        """Wait for an answer, but no longer than until all ends; its error is not raised."""
        either: list[Future[Any]] = [answer, self._over]
        wait(either, return_when=FIRST_COMPLETED)

    def close(self) -> None:
        """End. What is being done is waited for, but not long: nothing depends on it."""
        self._is_over = True
        self._over.set_result(None)
        closing = self._thread.submit(self._close)
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline and not wait([closing], MOMENT).done:
            # Who works for the one that is to end would hold it up, and go on without it.
            for worker in multiprocessing.active_children():
                worker.terminate()
        self._thread.shutdown(wait=False, cancel_futures=True)

    def _answer(self, question: Callable[[Desk], T]) -> T:
        if self._is_over:
            raise InterruptedError("the preview has ended")
        return question(self.ready.result())

    def _close(self) -> None:
        if self.ready.exception() is None:
            self.ready.result().close()
