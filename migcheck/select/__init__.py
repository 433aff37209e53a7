"""From cases to the variants of this run.

arguments   what the command line names: folders, ids, single variants
keyword     the ``-k`` expression
changed     what has changed in a repository, as git tells it
affected    which cases that touches
imports     the files of a repository that a case's programs import
source      what the text of one file imports and names
partition   one of several parts of a selection
selection   what a run is to check, and how that was chosen
"""
