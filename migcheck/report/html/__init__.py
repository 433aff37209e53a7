"""The report as one page for a browser: a file that needs no other, loads nothing, and can be sent to a colleague.

page        the whole page, and what its templates can say
cases       results by verdict and case, and the anchors that links lead to
details     all that is known of one variant
programs    the programs of a case side by side, with the lines that matter marked
highlight   a program's text as markup
asked       what both sides asked of autograd, as a table
plots       which plots there are, as far as there is room
figures     the four plots
canvas      what they are drawn on, by matplotlib
words       what a plot shows, in a sentence
svg         a drawing as markup for the page
visible     what is printed: nothing hidden, and not without end
"""

from __future__ import annotations

from migcheck.report.value import Report


def to_html(report: Report) -> bytes:
    """The page.  Its libraries are imported here and below; matplotlib only where there is something to plot."""
    from migcheck.report.html.page import page

    return page(report).encode("utf-8", "backslashreplace")
