"""From results to what people and machines read.  Every format renders the same :class:`~migcheck.report.value.Report`.

value       the report as a value, and its exit code
terminal    for a person
text        numbers and sentences that the formats share
blocks      the block of text on one finding
json        for a machine
"""
