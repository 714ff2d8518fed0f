"""The command line: commands, printing, exit codes. 0 fine, 1 findings, 2 cannot run or bad input."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

import click

from . import __version__
from .course import Course, build_course
from .describe import describe
from .equation import print_quantity
from .errors import BackpropError, Problem, SiteError
from .language import Language
from .network_file import read_network
from .publication import formula_text, values_csv, values_json
from .variants import add_variants

CANNOT_RUN = 2


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="backprop-docgen")
def main() -> None:
    """A step-by-step backpropagation tutorial whose every number is computed."""


_network = click.option(
    "--network",
    default="network.toml",
    show_default=True,
    envvar="BACKPROP_NETWORK",
    type=click.Path(path_type=Path),
    help="The network file.",
)


@main.command()
@click.argument("names", nargs=-1, metavar="[NAME]...")
@_network
@click.option("--format", "style", type=click.Choice(["table", "json", "csv"]), default="table", show_default=True)
def values(names: Sequence[str], network: Path, style: str) -> None:
    """Print quantities of a network: all of them, or those named (out_o1, dE_total/dw5, w5@1 …)."""
    try:
        course = build_course(read_network(network), str(network))
        add_variants(course)
        wanted = list(names) or course.default.worksheet.names()
        _require(course, wanted)
    except BackpropError as error:
        _stop(error)
    if style == "table":
        _print_table(course, wanted)
    else:
        click.echo((values_json if style == "json" else values_csv)(course, wanted).rstrip("\n"))


def _require(course: Course, names: Sequence[str]) -> None:
    """Raise one error that holds every unknown name."""
    problems: list[Problem] = []
    for name in names:
        try:
            course.quantity(name)
        except BackpropError as error:
            problems += error.problems
    if problems:
        raise BackpropError(problems)


def _print_table(course: Course, names: Sequence[str]) -> None:
    from rich.console import Console  # slow to import, and needed only here
    from rich.table import Table

    language, decimals = Language("en"), course.default.network.display.decimals
    table = Table("name", "meaning", "value", "formula", box=None, pad_edge=False)
    table.columns[2].justify = "right"
    for name in names:
        quantity = course.quantity(name)
        number = print_quantity(quantity, decimals)
        relation = "=" if number.exact else "≈"
        meaning = describe(name, language)
        table.add_row(name, meaning, f"{relation} {number.text()}", formula_text(quantity))
    console = Console(markup=False, highlight=False)
    if not console.is_terminal:  # a pipe has no width: don't fold
        console.width = 200
    console.print(table)


@main.command()
@click.argument("out", type=click.Path(path_type=Path, file_okay=False))
@click.option("--network", type=click.Path(path_type=Path), help="The network file (default: the one of mkdocs.yml).")
@click.option("--config", default="mkdocs.yml", show_default=True, type=click.Path(path_type=Path), help="The site.")
def render(out: Path, network: Path | None, config: Path) -> None:
    """Write the finished Markdown pages, and what they need, into the folder OUT."""
    from .render import render_to  # it reads mkdocs.yml, which is slow to import

    try:
        written = render_to(out, config, network)
    except BackpropError as error:
        _stop(error)
    except OSError as error:
        _stop(SiteError(Problem(error.strerror or str(error), error.filename)))
    click.echo(f"{written} files written into {out}")


@main.command()
@click.option("--network", type=click.Path(path_type=Path), help="The network file (default: the one of mkdocs.yml).")
@click.option("--config", default="mkdocs.yml", show_default=True, type=click.Path(path_type=Path), help="The site.")
@click.option("--format", "style", type=click.Choice(["table", "json"]), default="table", show_default=True)
def claims(network: Path | None, config: Path, style: str) -> None:
    """List the conditions of the pages: where, whether they hold for the network, and which text is chosen."""
    from .claims import claims as find
    from .claims import claims_json
    from .project import render as render_project
    from .render import read_project

    try:
        found = find(render_project(read_project(config, network)))
    except BackpropError as error:
        _stop(error)
    if style == "json":
        click.echo(claims_json(found))
        return
    for claim in found:
        truth = {True: "true", False: "false", None: "-"}[claim.holds]
        shown = f"  → {claim.text}" if claim.chosen else ""
        click.echo(f"{claim.page}:{claim.line}  {truth:5}  {claim.condition or 'otherwise'}{shown}")


@main.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--language", "codes", multiple=True, metavar="CODE", help="Add a language to translate into, as pt.")
def new(folder: Path, codes: Sequence[str]) -> None:
    """Make a complete course in the folder DIR: network, pages, settings, publishing workflow."""
    from .new import create

    try:
        written = create(folder, codes)
    except BackpropError as error:
        _stop(error)
    except OSError as error:
        _stop(SiteError(Problem(error.strerror or str(error), str(error.filename))))
    click.echo(f"{len(written)} files written into {folder}; build them there with: mkdocs build --strict")


def _stop(error: BackpropError) -> NoReturn:
    for problem in error.problems:
        click.echo(f"error: {problem}", err=True)
    sys.exit(CANNOT_RUN)
