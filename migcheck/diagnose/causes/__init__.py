"""Causes, each a small class: when it applies, what would remove it, what to say if that makes the sides agree.

The order is that in which they are tried: what the traces speak of most clearly first, what needs most runs last.
"""

from __future__ import annotations

from migcheck.diagnose.causes.asked import Accumulation, AfterException, Arguments, Cotangent, MultiOutput, SecondOrder
from migcheck.diagnose.causes.candidate import Candidate, Cause, Confirmed, Measured
from migcheck.diagnose.causes.defaults import Convention, DefaultDiffers, OptimizerRule
from migcheck.diagnose.causes.measured import (
    DroppedPosition,
    FrameworkBug,
    IntegerInput,
    Kink,
    NoneVsZero,
    Randomness,
    Rounding,
    StaleState,
    ThroughNumpy,
    TorchCustomBackward,
    UninitialisedMemory,
)
from migcheck.diagnose.causes.program import (
    Clipping,
    CustomBackward,
    Detached,
    Dropout,
    ExecutionMode,
    ExtraOperation,
    IntegerCast,
    LostInPlace,
    NoneAndOptimizer,
    TrainMode,
)
from migcheck.diagnose.causes.relations import Exchanged, Factor, LossScale, Rearranged, Summed

__all__ = ["OF_A_MODE", "STAGES", "WITHOUT_RUNS", "Candidate", "Cause", "Confirmed", "Measured"]

#: Stage by stage; a stage is tried only for what those before it left unexplained.
STAGES: tuple[tuple[Cause | Measured, ...], ...] = (
    (UninitialisedMemory(), NoneVsZero(), IntegerInput(), Exchanged(), Rearranged(), Summed(), Rounding()),
    (AfterException(), SecondOrder(), Arguments(), MultiOutput(), Accumulation(), Cotangent(), TrainMode(), Dropout()),
    (StaleState(), CustomBackward(), TorchCustomBackward(), IntegerCast(), Detached(), ThroughNumpy(), LostInPlace()),
    (
        DroppedPosition(),
        Clipping(),
        NoneAndOptimizer(),
        DefaultDiffers(),
        Convention(),
        LossScale(),
        OptimizerRule(),
        Factor(),
    ),
    (ExtraOperation(), Kink(), FrameworkBug(), ExecutionMode(), Randomness()),
)

#: Of a port that is wrong in graph mode and right in PyNative.
OF_A_MODE: tuple[Cause | Measured, ...] = (NoneVsZero(), Arguments(), LostInPlace(), ExecutionMode())

#: What needs no run, where the time for one is spent.
WITHOUT_RUNS: tuple[Measured, ...] = (NoneVsZero(), IntegerInput(), Exchanged(), Rearranged(), Summed(), Factor())
