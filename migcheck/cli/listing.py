"""``migcheck list``."""

from __future__ import annotations

import click


@click.command()
@click.argument("cases", nargs=-1, metavar="[FOLDER|ID]...")
@click.option("-k", "keyword", default="", metavar="EXPR", help="Only variants whose id or tags match.")
@click.option("--json", "as_json", is_flag=True, help="As a JSON array.")
def list_command(cases: tuple[str, ...], keyword: str, as_json: bool) -> int:
    """Show ids and titles; nothing is run or imported."""
    from migcheck.discover.case import BrokenCase
    from migcheck.report.text import inert, one_line
    from migcheck.select.arguments import select

    items = select(cases, keyword, None)
    if as_json:
        from migcheck.report.json import encode

        click.echo(encode([_entry(item) for item in items]), nl=False)
    else:
        width = max(len(item.id) for item in items)
        for item in items:
            said = f"ERROR {item.problem}" if isinstance(item, BrokenCase) else item.title
            click.echo(inert(one_line(f"{item.id:<{width}}  {said}")))
    return 3 if any(isinstance(item, BrokenCase) for item in items) else 0


def _entry(item: object) -> dict[str, object]:
    from migcheck.discover.case import BrokenCase, Variant

    if isinstance(item, BrokenCase):
        return {"id": item.id, "folder": str(item.folder), "problem": item.problem}
    assert isinstance(item, Variant)
    spec = item.case.spec
    return {
        "id": item.id,
        "case": item.case.id,
        "title": spec.title,
        "guide": spec.guide,
        "tags": spec.tags,
        "cell": item.cell,
        "folder": str(item.case.folder),
    }
