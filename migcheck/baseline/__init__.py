"""Differences that are accepted for now, so that a port that has some today can be gated from today on.

value      an entry, and all entries of a file
file       reading and writing the file
adopting   what a baseline makes of a result
"""
