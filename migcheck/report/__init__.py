"""From results to what people and machines read.  Every format renders the same :class:`~migcheck.report.value.Report`.

value       the report as a value, and its exit code
terminal    for a person
text        numbers and sentences that the formats share
blocks      the block of text on one finding
places      the file and line that a format points at
marks       the lines of a program that matter
sources     the text of the files that results are about
calls       what was asked of autograd, in words
explain     all that is known of one result
json        for a machine
junit       for whatever shows test results
sarif       for code scanning
github      annotations, and the summary of a job
markdown    a comment on a pull request
html        one page, to open and to send
reading     reports of earlier runs
merging     several reports as one
"""
