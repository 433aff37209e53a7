"""Files that somebody else may have made: read up to a limit, and never waited for."""

from __future__ import annotations

import os


class TooLarge(Exception):
    """There is more in a file than its kind ever holds."""


def read_bounded(path: str, most: int) -> bytes:
    """The bytes of a file, at most so many.

    A pipe is read as long as somebody writes to it; one that nobody writes to is empty, and is not waited for.

    Raises:
        OSError: it cannot be read.
        TooLarge: it is larger; a device has no size, and is read to the limit.
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    with open(descriptor, "rb") as stream:
        os.set_blocking(descriptor, True)
        data = stream.read(most + 1) if os.fstat(descriptor).st_size <= most else None
    if data is None or len(data) > most:
        raise TooLarge
    return data
