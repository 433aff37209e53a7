"""migcheck: does a MindSpore port compute the same gradients as its PyTorch original, and if not, where?"""

from __future__ import annotations

import os
from typing import Any

__version__ = "0.1.0"
__all__ = ["__version__", "dump"]


def dump(path: str | os.PathLike[str], *, outputs: Any = None, gradients: Any = None) -> None:
    """Save outputs and gradients, to be compared with the other framework's by ``migcheck compare``.

    Args:
        path: A ``.safetensors`` file, which holds all there is; an ``.npz`` file or, without a suffix, a folder of
            ``.npy`` files, which hold neither ``None`` nor bfloat16.  What an earlier call left there is replaced.
        outputs: Tensors of torch or of MindSpore, arrays, numbers and ``None`` in any nesting of dict, list, tuple,
            named tuple and dataclass.  Leaves are paired by name: use the same keys on both sides.
        gradients: The same.

    Raises:
        TypeError: something in them is none of those.
        ValueError: nothing is given, or the format cannot hold it.
        OSError: the file cannot be written; a folder that holds other files is not replaced.

    Example:
        >>> migcheck.dump("torch.safetensors", gradients={n: p.grad for n, p in model.named_parameters()})
    """
    from migcheck.saved.dump import dump as write

    write(path, outputs, gradients)
