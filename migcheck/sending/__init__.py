"""A function of a test as a program that a host can run.

function    the way in: a function, as it is now, as a program
packing     a function taken apart into what it is made of
source      where in a file a code stands, and whether the file still says it
addresses   where an object stands: a file of the user's, or a name of an installed package
installed   what a function reads of installed packages, and whether it is theirs
lazily      modules that a function imports itself, and that nobody has imported yet
names       what a code, or a decorator, looks up outside itself
"""
