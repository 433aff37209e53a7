"""``python -m migcheck``, which runs nothing of the folder in which it is called.

Python puts that folder in front of all others, so that a ``click.py`` there would stand in for the real one.
"""

import os
import sys

if sys.path[:1] == [os.getcwd()]:
    del sys.path[0]

from migcheck.cli import main

main()
