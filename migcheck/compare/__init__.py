"""Two observations against each other: numpy alone, no framework, no files, no terminal.

pattern     leaf names with ``*`` and ``?``
tolerance   how far apart two elements may be
finding     one disagreement on one leaf, as a value
blocks      element by element, in blocks that fit the cache
leaves      one leaf against its partner
structure   which leaves are partners, and what has none
rounding    the second opinion: both sides' errors against a float64 replay
"""
