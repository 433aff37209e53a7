"""The gallery without migcheck: one process, both frameworks, each program after the other, nothing checked.

What leaks from one program to the next leaks here; a program that fails for it is counted, and the others go on.
"""

from __future__ import annotations

import contextlib
import io
import os
import sys
import tempfile
from pathlib import Path

from migcheck.discover.case import SIDES, Variant
from migcheck.feed.draw import draw
from migcheck.host import exchange, program
from migcheck.host.job import Job
from migcheck.host.side import side_named
from migcheck.select.arguments import select


def main(folder: str) -> None:
    """Run every program of every variant once."""
    variants = [item for item in select((str(Path(folder).absolute()),), "", None) if isinstance(item, Variant)]
    sides = {name: side_named(name) for name in SIDES}
    for side in sides.values():
        side.load(max(1, len(os.sched_getaffinity(0))))
    failed = 0
    with tempfile.TemporaryDirectory() as scratch:
        os.chdir(scratch)
        for variant in variants:
            inputs = str(Path(scratch, "inputs.safetensors"))
            output = str(Path(scratch, "output.safetensors"))
            exchange.write(inputs, draw(variant, variant.case.spec.seed or 0), 1)
            keywords = {key: value for key, value in variant.cell.items() if key not in ("mode", "dtype")}
            for name, side in sides.items():
                known, path = set(sys.modules), list(sys.path)
                job = Job(
                    id=0,
                    file=str(variant.case.folder / f"{name}_program.py"),
                    function="program",
                    inputs=inputs,
                    output=output,
                    keywords=keywords,
                    mode=str(variant.cell.get("mode", "")),
                    path=[str(variant.case.folder)],
                )
                with contextlib.redirect_stdout(io.StringIO()):
                    failed += program.run(job, side) is not None
                sys.path[:] = path
                for module in set(sys.modules) - known:  # the next case has a module of the same name
                    file = getattr(sys.modules[module], "__file__", None) or ""
                    if file.startswith(str(variant.case.folder)):
                        del sys.modules[module]
        os.chdir("/")
    print(f"{len(variants)} variants, {failed} programs failed")


if __name__ == "__main__":
    main(sys.argv[1])
