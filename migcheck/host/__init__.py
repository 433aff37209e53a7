"""What runs beside a framework, on the far side of the wire.

The modules of this package are sent by source to the interpreter that holds a framework, which may be another
environment or another machine where migcheck is not installed.  So they import the standard library, numpy and
safetensors, and one another by relative import; nothing else of migcheck.  They run on Python 3.10 and later.

    bootstrap   receives the others and starts them
    serve       the host process: one program in one child process per job
    huge        its memory on huge pages, so that a fork is cheap
    running     a child as its host sees it: pipes, deadline, how it ended
    child       the life of that child process
    program     load a case's program, feed it, collect what it returns
    observe     any nesting of return values as named leaves
    exchange    leaves and inputs as safetensors files
    job         the two values that cross the wire
    parcel      a function of a test made again from what it was taken apart into
    fingerprint what a package gives, told so that two processes can compare it
    prewarm     calls before the one that is checked
    recorder    what a program asks of autograd, while it runs
    side        what a framework's file provides
    torch_*     all that knows torch
    mindspore_* all that knows MindSpore
"""
