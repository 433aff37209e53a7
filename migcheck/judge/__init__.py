"""From findings to a verdict: known differences, stale ones, and how the run exits."""
