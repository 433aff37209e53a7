"""The command line.  A command's module imports what it works with inside the command, so that ``--help`` is instant.

run     check the cases
explain tell all that is known of one variant
baseline  accept the differences that a port has today, and no others
report  show a report that is there already, and write it in other formats
merge   make one report of several
compare compare gradients that were saved
list    show what there is to check
new     write a pair to start from
doctor  say what is installed, what will not work, and how to mend it
"""

from __future__ import annotations

import io
import os
import sys
import traceback

import click

from migcheck import __version__
from migcheck.cli.baseline import baseline_command
from migcheck.cli.compare import compare_command
from migcheck.cli.doctor import doctor_command
from migcheck.cli.explain import explain_command
from migcheck.cli.listing import list_command
from migcheck.cli.merge import merge_command, report_command
from migcheck.cli.new import new_command
from migcheck.cli.run import run_command
from migcheck.cli.saying import say, show
from migcheck.errors import MigcheckError


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="migcheck")
def cli() -> None:
    """Does a MindSpore port compute the same gradients as its PyTorch original?"""


cli.add_command(run_command, "run")
cli.add_command(explain_command, "explain")
cli.add_command(baseline_command, "baseline")
cli.add_command(report_command, "report")
cli.add_command(merge_command, "merge")
cli.add_command(compare_command, "compare")
cli.add_command(list_command, "list")
cli.add_command(new_command, "new")
cli.add_command(doctor_command, "doctor")


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
