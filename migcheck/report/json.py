"""The report for a machine: JSON, with its schema in ``docs/report.schema.json``."""

from __future__ import annotations

from typing import Any

import msgspec

from migcheck.report.value import Report


def to_json(report: Report) -> bytes:
    """The report as indented JSON, with a newline at its end."""
    return encode(report)


def encode(value: Any) -> bytes:
    """Any value as indented JSON, with a newline at its end."""
    return msgspec.json.format(compact(value), indent=2) + b"\n"


def compact(value: Any) -> bytes:
    """Any value as JSON on one line."""
    try:
        return msgspec.json.encode(value)
    except UnicodeEncodeError:  # a program may quote a file name that is no valid text
        return msgspec.json.encode(_valid(msgspec.to_builtins(value)))


def _valid(value: Any) -> Any:
    """Builtins with lone surrogates written out."""
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode()
    if isinstance(value, dict):
        return {_valid(key): _valid(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_valid(each) for each in value]
    return value


def from_json(data: bytes) -> Report:
    """The report that :func:`to_json` wrote."""
    return msgspec.json.decode(data, type=Report)


def schema() -> dict[str, Any]:
    """The JSON Schema of a report."""
    return msgspec.json.schema(Report)
