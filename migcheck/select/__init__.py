"""From cases to the variants of this run.

arguments   what the command line names: folders, ids, single variants
keyword     the ``-k`` expression
last        ``--lf``: what failed in the last run of this project
"""
