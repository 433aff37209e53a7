"""The command line.  A command's module imports what it works with inside the command, so that ``--help`` is instant.

run        check the cases
explain    tell all that is known of one variant
baseline   accept the differences that a port has today, and no others
merge      show reports that are there already, make one of several, write them in other formats
compare    compare gradients that were saved
listing    show what there is to check
new        write a pair to start from
doctor     say what is installed, what will not work, and how to mend it

commands   the commands by name, imported when they are asked for
options    options that several commands have
settings   options that pyproject.toml and the environment can set as well
choosing   the options that choose what a run checks
outputs    where reports go
saying     messages, whatever is in them
"""

from __future__ import annotations

import io
import os
import sys
import traceback

import click

from migcheck import __version__
from migcheck.cli.commands import Commands
from migcheck.cli.saying import say, show
from migcheck.errors import MigcheckError


@click.group(context_settings={"help_option_names": ["-h", "--help"]}, commands=Commands())
@click.version_option(__version__, prog_name="migcheck")
def cli() -> None:
    """Does a MindSpore port compute the same gradients as its PyTorch original?"""


def main() -> None:
    """The entry point; exits with the codes of the manual."""
    _open_standard_streams()
    try:
        code = cli.main(prog_name="migcheck", standalone_mode=False)
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # the reader has left, and did not hear the verdict
        code = 3
    except MigcheckError as error:
        say(str(error))
        code = error.exit_code
    except click.ClickException as error:
        said = io.StringIO()
        error.show(said)  # may quote an argument
        show(said.getvalue().rstrip("\n"))
        code = error.exit_code
    except (click.Abort, KeyboardInterrupt):
        say("interrupted")
        code = 130
    except OSError as error:
        say(str(error))
        code = 4
    except Exception as error:  # exit 1 would say that gradients differ
        show(traceback.format_exc().rstrip("\n"))
        say(f"internal error, please report it: {type(error).__name__}: {error}")
        code = 4
    sys.exit(code)


def _open_standard_streams() -> None:
    """Where a caller closed one, its number must not go to a pipe of ours."""
    for fd, name in enumerate(("stdin", "stdout", "stderr")):
        try:
            os.fstat(fd)
        except OSError:
            os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)
            setattr(sys, name, open(fd, "r" if fd == 0 else "w", closefd=False))  # noqa: SIM115
