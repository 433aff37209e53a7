"""From a case's ``[inputs]`` to arrays: drawn once, in the parent, so that both sides are fed the same bits.

draw      the arrays of a variant
dtype     into the variant's dtype, and into double precision for a replay
"""
