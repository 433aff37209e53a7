"""Ctrl-C, and a polite request to end, at the moments when they would leave something behind."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT)


@contextmanager
def interruptible() -> Iterator[None]:
    """SIGTERM, SIGHUP and SIGQUIT inside are as Ctrl-C: a ``KeyboardInterrupt``; as they were before at the end."""
    with _handled_by(_raise):
        yield


@contextmanager
def deferred() -> Iterator[None]:
    """An interrupt inside is raised at the end."""
    pending: list[int] = []
    with _handled_by(lambda number, frame: pending.append(number)):
        yield
    if pending:
        raise KeyboardInterrupt


@contextmanager
def ignored() -> Iterator[None]:
    """An interrupt inside is lost: what it asks for is under way."""
    with _handled_by(lambda number, frame: None):
        yield


def _raise(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


@contextmanager
def _handled_by(handler: Callable[[int, FrameType | None], object]) -> Iterator[None]:
    if threading.current_thread() is not threading.main_thread():  # signals reach the main thread alone
        yield
        return
    before = {each: signal.signal(each, handler) for each in _SIGNALS}
    try:
        yield
    finally:
        for each, old in before.items():
            signal.signal(each, old)
