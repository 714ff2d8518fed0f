"""The command line: commands, printing, exit codes. 0 fine, 1 findings, 2 cannot run or bad input."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from backprop_docgen.check.report import FORMATS
from backprop_docgen.commands.terminal import Program, say

from . import __version__
from .errors import BackpropError, Problem, SiteError

if TYPE_CHECKING:
    from backprop_docgen.api import Quantity
    from backprop_docgen.starter.update import Change

FINDINGS = 1
CANNOT_RUN = 2


@click.group(cls=Program, context_settings={"help_option_names": ["-h", "--help"]})
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
    from backprop_docgen.api import load  # what is slow to import is imported where Ctrl-C is heard

    try:
        tutorial = load(network)
        wanted = list(names) or None
        if style == "table":
            _print_table(tutorial.quantities(wanted))
        else:
            say((tutorial.to_json if style == "json" else tutorial.to_csv)(wanted).rstrip("\n"), style)
    except BackpropError as error:
        _stop(error)


def _print_table(quantities: Sequence[Quantity]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table("name", "meaning", "value", "formula", box=None, pad_edge=False)
    table.columns[2].justify = "right"
    for each in quantities:
        table.add_row(each.name, each.meaning(), f"{each.relation} {each.printed}", each.formula)
    console = Console(markup=False, highlight=False)
    if not console.is_terminal:  # a pipe has no width: don't fold
        console.width = 200
    with console.capture() as printed:
        console.print(table)
    say(printed.get().rstrip("\n"))


@main.command()
@click.argument("out", type=click.Path(path_type=Path, file_okay=False))
@click.option("--network", type=click.Path(path_type=Path), help="The network file (default: the one of mkdocs.yml).")
@click.option("--config", default="mkdocs.yml", show_default=True, type=click.Path(path_type=Path), help="The site.")
@click.option(
    "--flavor",
    type=click.Choice(["mkdocs", "plain"]),
    default="mkdocs",
    show_default=True,
    help="mkdocs: every number marked; plain: no marks, $ for formulas, figures as files, for any generator.",
)
def render(out: Path, network: Path | None, config: Path, flavor: str) -> None:
    """Write the finished Markdown pages, and what they need, into the folder OUT."""
    from backprop_docgen.commands.render import render_to

    try:
        written = render_to(out, config, network, flavor)
    except BackpropError as error:
        _stop(error)
    say(f"{written} files written into {out}")


@main.command()
@click.option("--network", type=click.Path(path_type=Path), help="The network file (default: the one of mkdocs.yml).")
@click.option("--config", default="mkdocs.yml", show_default=True, type=click.Path(path_type=Path), help="The site.")
@click.option("--page", help="One page only, by its name: training.")
@click.option("--format", "style", type=click.Choice(["table", "json"]), default="table", show_default=True)
def claims(network: Path | None, config: Path, page: str | None, style: str) -> None:
    """List the situations and conditions of the pages: where, whether they hold for the network, what is said."""
    from backprop_docgen.commands.claims import claims as find
    from backprop_docgen.commands.claims import claims_json
    from backprop_docgen.site.mkdocs_yml import read_project
    from backprop_docgen.site.project import render as render_project

    try:
        found = find(render_project(read_project(config, network)), page)
    except BackpropError as error:
        _stop(error)
    if style == "json":
        say(claims_json(found), style)
        return
    for claim in found:
        truth = {True: "true", False: "false", None: "-"}[claim.holds]
        shown = f"  → {claim.text}" if claim.chosen else ""
        name = f"{claim.situation} = " if claim.situation else ""
        say(f"{claim.page}:{claim.line}  {truth:5}  {name}{claim.condition or 'otherwise'}{shown}")


@main.command()
@click.argument("text")
@click.option("--page", help="One page only, by its name: training.")
@click.option("--language", help="One language only, by its code: es.")
@click.option("--network", type=click.Path(path_type=Path), help="The network file (default: the one of mkdocs.yml).")
@click.option("--config", default="mkdocs.yml", show_default=True, type=click.Path(path_type=Path), help="The site.")
@click.option("--format", "style", type=click.Choice(["text", "json"]), default="text", show_default=True)
def where(
    text: str, page: str | None, language: str | None, network: Path | None, config: Path, style: str
) -> None:
    """Tell which line of a template makes TEXT, as it stands on a page; "…" stands for anything, such as a formula.

    0: found, 1: no page says it (the nearest lines are told), 2: cannot be looked for.
    """
    from backprop_docgen.commands.where import where as find

    try:
        answer = find(text, config, network, page, language)
    except BackpropError as error:
        _stop(error)
    say(answer.to_json() if style == "json" else str(answer), style)
    sys.exit(0 if answer.found else FINDINGS)


@main.command()
@click.argument("site", required=False, type=click.Path(path_type=Path))
@click.option("--network", type=click.Path(path_type=Path), help="The network to check against, in place of its own.")
@click.option("--config", type=click.Path(path_type=Path), help="The project's settings (default: ./mkdocs.yml).")
@click.option("--format", "style", type=click.Choice(list(FORMATS)), default="text", show_default=True)
@click.option("--fix", is_flag=True, help="In the pages: replace typed numbers that one quantity alone explains.")
def check(site: Path | None, network: Path | None, config: Path | None, style: str, fix: bool) -> None:
    """Report every wrong, stale or typed-in number: of the pages' sources, or of the built site in the folder SITE.

    0: no findings, 1: findings, 2: cannot be checked.
    """
    from backprop_docgen.commands.check import run_site, run_sources

    try:
        if site is None:
            findings, fixed = run_sources(config or Path("mkdocs.yml"), network, fix)
        elif fix:
            raise click.UsageError("--fix is for the sources; leave SITE out.")
        else:
            findings, fixed = run_site(site, network, config), {}
    except BackpropError as error:
        _stop(error)
    except OSError as error:
        _stop(SiteError(Problem(error.strerror or str(error), str(error.filename or site or ""))))
    for name, count in fixed.items():
        click.echo(f"{name}: {count} replaced", err=True)
    text = FORMATS[style](findings)
    if text:
        say(text, style)
    sys.exit(FINDINGS if any(finding.wrong for finding in findings) else 0)


@main.command("reading-time")
@click.argument("site", required=False, type=click.Path(path_type=Path))
@click.option("--config", default="mkdocs.yml", show_default=True, type=click.Path(path_type=Path), help="The project.")
@click.option("--format", "style", type=click.Choice(["table", "json"]), default="table", show_default=True)
def reading_time(site: Path | None, config: Path, style: str) -> None:
    """Tell how many minutes each page of the built site in the folder SITE takes (default: where the project builds).

    A minute is 180 words, 3 displayed equations, a prediction, or 20 lines of code.
    """
    from backprop_docgen.check.stored_site import SiteCopy
    from backprop_docgen.commands.reading_time import as_json, as_table, reading_times
    from backprop_docgen.site.mkdocs_yml import site_folder

    try:
        found = reading_times(SiteCopy(site or site_folder(config)))
    except BackpropError as error:
        _stop(error)
    say((as_json if style == "json" else as_table)(found), style)


@main.command()
@click.argument("site", required=False, type=click.Path(path_type=Path))
@click.option("--config", default="mkdocs.yml", show_default=True, type=click.Path(path_type=Path), help="The project.")
@click.option("--language", "codes", multiple=True, metavar="CODE", help="A language of the PDF (default: all).")
@click.option("--format", "kinds", multiple=True, type=click.Choice(["pdf", "zip"]), help="What (default: all).")
@click.option("-o", "--out", type=click.Path(path_type=Path, file_okay=False), help="Where (default: SITE/takeaway).")
@click.option("--chromium", type=click.Path(path_type=Path), envvar="BACKPROP_CHROMIUM", help="What prints the PDF.")
def takeaway(
    site: Path | None, config: Path, codes: Sequence[str], kinds: Sequence[str], out: Path | None, chromium: Path | None
) -> None:
    """Make files to take away of the built site in the folder SITE: a PDF of each language, an archive of the site.

    SITE is by default where the project builds. Chromium, or a browser made of it, prints the PDF.
    """
    from backprop_docgen.commands.takeaway import FORMATS as ALL
    from backprop_docgen.commands.takeaway import take_away
    from backprop_docgen.site.mkdocs_yml import site_folder

    try:
        made, notes = take_away(site or site_folder(config), codes, kinds or ALL, out, chromium)
    except BackpropError as error:
        _stop(error)
    say("\n".join(map(str, made)))
    for note in notes:
        click.echo(note, err=True)


@main.command(context_settings={"ignore_unknown_options": True})  # so that −0.5 needs no --
@click.argument("numbers", nargs=-1, required=True, metavar="NUMBER...", type=click.UNPROCESSED)
@click.option("--quantity", "quantities", multiple=True, metavar="NAME", help="What each number should be, in order.")
@_network
@click.option("--format", "style", type=click.Choice(["table", "json"]), default="table", show_default=True)
def explain(numbers: Sequence[str], quantities: Sequence[str], network: Path, style: str) -> None:
    """Tell what each NUMBER is in the computation of a network, or which slip gives it.

    0: all were found or are right, 1: one at least is unknown, 2: cannot be read.
    """
    from backprop_docgen.commands.explain import as_json
    from backprop_docgen.commands.explain import explain as find

    try:
        found = find(numbers, quantities, network)
    except BackpropError as error:
        _stop(error)
    say(as_json(found) if style == "json" else str(found), style)
    sys.exit(FINDINGS if found.unknown else 0)


@main.command()
@click.argument("folder", metavar="[DIR]", required=False, type=click.Path(path_type=Path, file_okay=False))
@click.option("--language", "codes", multiple=True, metavar="CODE", help="With a language to translate into, as pt.")
@click.option("--minimal", is_flag=True, help="With one page in each language, in place of the whole tutorial.")
@click.option("--carry", is_flag=True, help="With a wheel of this package, though a package index may have it.")
@click.option("--add-language", "added", multiple=True, metavar="CODE", help="Add a language to the course in DIR.")
@click.option("--update", "updating", is_flag=True, help="Bring what this version has changed into the course in DIR.")
@click.option("--dry-run", is_flag=True, help="With --update: tell what would become of each file; write nothing.")
def new(
    folder: Path | None,
    codes: Sequence[str],
    minimal: bool,
    carry: bool,
    added: Sequence[str],
    updating: bool,
    dry_run: bool,
) -> None:
    """Make a complete course in the folder DIR: network, pages, settings, publishing workflow.

    In a course that is there (DIR, or this folder), --add-language and --update change what has to be changed; nothing
    of yours is lost. 0: done, 1: --update has left conflicts to solve, 2: cannot be done.
    """
    from backprop_docgen.commands import new as course

    if added and updating:
        raise click.UsageError("--add-language and --update are two steps; take one after the other.")
    if (added or updating) and (codes or minimal):
        raise click.UsageError("--language and --minimal are for a new course; use --add-language or --update alone.")
    if dry_run and not updating:
        raise click.UsageError("--dry-run is for --update.")
    if folder is None and not (added or updating):
        raise click.UsageError("Name the folder of the new course: backprop-docgen new DIR.")
    place = folder or Path()
    try:
        if updating:
            changes, written = course.update(place, dry_run, carry)
        elif added:
            written = course.add_languages(place, added)
        else:
            written = course.create(place, codes, minimal, carry)
    except BackpropError as error:
        _stop(error)
    for problem in written.by_hand:
        click.echo(f"note: {problem}", err=True)
    if updating:
        _print_changes(changes, dry_run)
        sys.exit(FINDINGS if any(each.what == "conflict" for each in changes) else 0)
    if added:
        for name in written.files:
            say(name)
        count = len(written.files)
        say(f"{count} files written; mkdocs build tells what is left to translate" if count else "nothing is lacking")
    else:
        build = "mkdocs build" if codes else "mkdocs build --strict"  # strict when all is translated
        say(f"{len(written.files)} files written into {place}; build them there with: {build}")
        say(f"made with {written.origin.told if written.origin else ''}")


def _print_changes(changes: Sequence[Change], dry_run: bool) -> None:
    for each in changes:
        say(f"{each.what:12}  {each.name}{f'  ({each.note})' if each.note else ''}")
    written = sum(each.what in ("added", "updated", "merged", "conflict", "removed") for each in changes)
    conflicts = sum(each.what == "conflict" for each in changes)
    said = f"{written} files {'would change' if dry_run else 'changed'}" if written else "nothing has to change"
    say(f"{said}, with backprop-docgen {__version__}" + (f"; conflicts to solve: {conflicts}" if conflicts else ""))


def _stop(error: BackpropError) -> NoReturn:
    for problem in error.problems:
        said = "".join(sign if sign.isprintable() or sign == "\n" else "�" for sign in str(problem))
        click.echo(f"error: {said}", err=True)
    sys.exit(CANNOT_RUN)
