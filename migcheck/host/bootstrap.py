"""The first code of ours that a fresh interpreter runs: unpack the rest of the package, then serve.

Sent through ``execnet``'s ``remote_exec``, so it stands alone.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
from typing import Any


def main(channel: Any) -> None:
    """Receive the configuration, become quiet, and serve until the wire closes."""
    config = channel.receive()
    # Ctrl-C reaches the whole process group; the parent alone decides what it means.  It started this process with
    # SIGINT blocked, so that there is no moment without protection.
    for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT):
        signal.signal(name, signal.SIG_IGN)  # the wire's end is what ends a host
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    scratch = config["scratch"]
    os.makedirs(scratch, exist_ok=True)
    log = os.open(os.path.join(scratch, "host.log"), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(log, 1)
    os.dup2(log, 2)
    os.close(log)
    package = os.path.join(scratch, "_migcheck_host")
    os.makedirs(package, exist_ok=True)
    for name, source in config["sources"].items():
        with open(os.path.join(package, name), "w", encoding="utf-8") as file:
            file.write(source)
    sys.path.insert(0, scratch)
    os.environ.update(config["environment"])
    os.chdir(scratch)
    server = None
    try:
        try:
            from _migcheck_host.serve import Server  # type: ignore[import-not-found]
        except ImportError as error:  # numpy or safetensors
            problem = f"{type(error).__name__}: {error}"
            channel.send({"problem": problem, "python": sys.version.split()[0], "ours": True})
            channel.receive()
        else:
            server = Server(channel, config)
            server.serve()
    except Exception as error:  # a fault of ours: said rather than lost
        channel.send({"fault": f"{type(error).__name__}: {error}"})
    finally:
        shutil.rmtree(config["run"] if server and server.orphaned else scratch, ignore_errors=True)
        os._exit(0)  # a framework's own tear-down takes time and serves nobody


if __name__ == "__channelexec__":
    main(channel)  # type: ignore[name-defined]  # noqa: F821  (given by execnet)
