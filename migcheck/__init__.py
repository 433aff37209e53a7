"""migcheck: does a MindSpore port compute the same gradients as its PyTorch original, and if not, where?"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from migcheck.unequal import GradientMismatch, NotComparable

__version__ = "0.1.0"
__all__ = ["GradientMismatch", "NotComparable", "__version__", "assert_grads_match", "dump"]


def assert_grads_match(
    torch_grads: Any,
    mindspore_grads: Any,
    *,
    outputs: tuple[Any, Any] | None = None,
    rtol: float | None = None,
    atol: float | None = None,
    tolerance: Mapping[str, Mapping[str, float]] | None = None,
    torch_float64: Any = None,
    mindspore_float64: Any = None,
) -> None:
    """Assert that two sets of gradients are the same, by migcheck's rules; torch's is the reference.

    The test is ``|t − m| ≤ rtol · (|t| + rms(t))``, with an rtol by dtype: see docs/design.md, "The quick test".
    Nothing is broadcast, and None, zeros, a missing leaf, another shape or dtype are told apart.

    Args:
        torch_grads: Tensors of torch or of MindSpore, arrays, numbers and ``None`` in any nesting of dict, list, tuple,
            named tuple and dataclass.  Leaves are paired by name: use the same keys on both sides.
        mindspore_grads: The same.
        outputs: Forward outputs to be compared as well: a pair, torch's and MindSpore's, each nested as above.
        rtol: Relative tolerance of all leaves, in place of that of their dtype.
        atol: Absolute tolerance of all leaves, in their own units, in place of ``rtol · rms(t)``.
        tolerance: The same for single leaves, by name or pattern: ``{"['fc.*']": ...}`` is no name,
            ``{"grad['fc.*']": {"rtol": 1e-4}}`` is.
        torch_float64: The same gradients, computed in float64.  With them, a difference that is rounding alone is told
            from a fault, as ``migcheck run`` does.
        mindspore_float64: The port's in float64, for ports with a coarse float32 kernel, such as tanh.

    Raises:
        GradientMismatch: They differ; its text says where, by how much and, where an exact relation tells, why.
        NotComparable: There is no gradient to compare: all are None, empty or NaN on both sides.
        TypeError: Something in them is no leaf.
        ValueError: A tolerance that cannot be meant.

    Example:
        >>> migcheck.assert_grads_match({"x": x.grad}, {"x": ms.grad(net)(ms_x)})
    """
    __tracebackhide__ = True
    from migcheck.asserting import assert_grads_match as check
    from migcheck.asserting import tolerances_of

    tolerances = tolerances_of(rtol, atol, tolerance)
    check(torch_grads, mindspore_grads, outputs, tolerances, torch_float64, mindspore_float64)


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
