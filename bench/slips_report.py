"""What ``slips.py`` counted, as it is kept in ``slips.json``, and the pages about it, ``docs/*/wrong-numbers.md``.

The words of the pages are in ``wrong-numbers.*.md``; tables of rules come from ``slips/table.py``, with examples of a
few networks. Numbers are written as the site's own are, with a decimal point in every language.
"""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from pydantic import BaseModel, ConfigDict
from rich.console import Console
from rich.table import Table

from backprop_docgen.network.file import read_network
from backprop_docgen.numbers.language import Language, load_language
from backprop_docgen.slips.catalogue import MOST_EXAMPLES, MOST_PARAMETERS, MOST_SLIPS, Slip, catalogue
from backprop_docgen.slips.judge import CHANCE, FEWEST, NAMED
from backprop_docgen.slips.table import PLAUSIBLE, RULES, Rule
from backprop_docgen.slips.words import clause, symbol_text
from backprop_docgen.worksheet.backpropagation import build_worksheet

ROOT: Final = Path(__file__).parent.parent
FILE: Final = Path(__file__).with_name("slips.json")
PAGE: Final = "wrong-numbers.md"
LANGUAGES: Final = ("es", "en")
EXAMPLES: Final = ("network.toml", "tests/networks/softmax-examples.toml", "tests/slips/two-hidden-layers.toml")
"""Networks of which the examples are: of each rule the first that has a slip of it."""
DIGITS: Final = ("3", "4", "6")
OUTCOMES: Final = ("first", "listed", "tie", "few", "unknown", "right")
"""What may become of a planted slip; "other", that something else alone is named, may not."""


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Post(_Model):
    """A wrong number printed in public.

    ``what``: a slip that a rule says, one that none says ("none"), rounding, or it follows from an earlier one.
    ``became``: "explained" (by a rule that agrees with the label found by hand), "otherwise" (by another), a verdict,
    or "not asked": no quantity that can be asked for. ``said``: a sentence of what was named, in each language.
    """

    network: str
    quantity: str
    number: str
    label: str
    what: str
    became: str
    rules: list[str]
    said: dict[str, str]


class Results(_Model):
    """Counts by kind or family, digits, and what came out."""

    date: datetime.date
    seeds: tuple[int, int]
    planted: dict[str, dict[str, dict[str, int]]]
    random: dict[str, dict[str, dict[str, int]]]
    left_out: dict[str, dict[str, dict[str, int]]]
    stepwise: dict[str, dict[str, dict[str, int]]]
    posts: list[Post]

    @classmethod
    def of(
        cls, counts: Mapping[tuple[str, ...], int], posts: Sequence[Post], seeds: Sequence[int], date: datetime.date
    ) -> Results:
        """The results of a run."""
        tables: dict[str, dict[str, dict[str, dict[str, int]]]] = {}
        for (what, row, digits, became), count in sorted(counts.items()):
            tables.setdefault(what.replace(" ", "_"), {}).setdefault(row, {}).setdefault(digits, {})[became] = count
        return cls.model_validate({"date": date, "seeds": (seeds[0], seeds[-1]), "posts": posts, **tables})

    @classmethod
    def read(cls, path: Path = FILE) -> Results:
        """What was measured last. Raises OSError, ValidationError."""
        return cls.model_validate_json(path.read_text("utf-8"))

    def write(self, path: Path = FILE) -> None:
        """Keep it."""
        path.write_text(self.model_dump_json(indent=1) + "\n", "utf-8", newline="\n")


def total(table: Mapping[str, Mapping[str, Mapping[str, int]]], digits: str) -> Counter[str]:
    """All rows of a table together, at so many digits."""
    found: Counter[str] = Counter()
    for row in table.values():
        found.update(row.get(digits, {}))
    return found


def show(console: Console, results: Results) -> None:
    """The tables."""
    _show(console, "planted", results.planted, (*OUTCOMES, "other"))
    _show(console, "random", results.random, ("named", "carried", "unknown", "right"))
    _show(console, "left out", results.left_out, ("named", "same", "unknown", "right"))
    _show(console, "stepwise", results.stepwise, ("right",))
    for post in results.posts:
        console.print(
            f"{post.what}: {post.network} {post.quantity} = {post.number}: {post.became} {post.rules} | {post.label}"
        )
    console.print(Counter((post.what, post.became) for post in results.posts))


def _show(
    console: Console, title: str, counts: Mapping[str, Mapping[str, Mapping[str, int]]], outcomes: Sequence[str]
) -> None:
    table = Table(title=title)
    table.add_column("row")
    for digits in DIGITS:
        for outcome in ("n", *outcomes):
            table.add_column(f"{outcome} {digits}", justify="right")
    for row, by in [*counts.items(), ("all", {digits: total(counts, digits) for digits in DIGITS})]:
        cells = []
        for digits in DIGITS:
            here = by.get(digits, {})
            number = sum(here.values())
            cells += [str(number), *(f"{100 * here.get(each, 0) / max(number, 1):.1f}" for each in outcomes)]
        table.add_row(row, *cells)
    console.print(table)


# the pages

KINDS: Final = {
    "net_h": r"\text{net}_h",
    "out_h": r"\text{out}_h",
    "net_o": r"\text{net}_o",
    "out_o": r"\text{out}_o",
    "error_o": r"\text{out}_o - \text{target}_o",
    "E_o": r"E_o",
    "E_total": r"E_{\text{total}}",
    "dE/dout_o": r"\partial E/\partial \text{out}_o",
    "dout_o/dnet_o": r"\partial \text{out}_o/\partial \text{net}_o",
    "dnet_o/dw": r"\partial \text{net}_o/\partial w",
    "dnet_o/dout_h": r"\partial \text{net}_o/\partial \text{out}_h",
    "dE/dnet_o": r"\partial E/\partial \text{net}_o",
    "dE/dw_o": r"\partial E/\partial w_o",
    "dE/dout_h": r"\partial E/\partial \text{out}_h",
    "dout_h/dnet_h": r"\partial \text{out}_h/\partial \text{net}_h",
    "dnet_h/dw": r"\partial \text{net}_h/\partial w",
    "dE/dnet_h": r"\partial E/\partial \text{net}_h",
    "dE/dw_h": r"\partial E/\partial w_h",
    "dE/db": r"\partial E/\partial b",
    "w+": "w^{+}",
    "b+": "b^{+}",
}
"""The symbols of the rows, as the tutorial goes through them; weights into a layer bear its letter."""
_WORDS: Final[dict[str, dict[str, str]]] = {
    "en": {
        "rules": "rank | what comes out when …",
        "outcomes": "what becomes of a planted slip | {} digits, % | {} digits, % | {} digits, %",
        "first": "named first",
        "listed": "named after others that print alike",
        "tie": "among more that print alike than are named",
        "few": "not named: with more digits it would be",
        "unknown": "not named, whatever the digits",
        "right": "inside the right interval: taken for right",
        "other": "something else is named, and the slip is not",
        "kinds": "quantity, % | named | by chance",
        "later: forward": "second iteration, forward",
        "later: back": "second iteration, backward",
        "all": "all",
        "families": "family left out, % | another | the same",
        "posts": "what had been done | numbers | explained so | explained otherwise | right, or carried forward"
        " | not known | not asked for",
        "slip": "a slip that a rule of the table says",
        "none": "something that no rule says, or nobody knows what",
        "rounding": "rounded too early, or cut",
        "follows": "it follows from an earlier wrong number",
        "named": "quantity | number | what is said",
    },
    "es": {
        "rules": "rango | lo que sale cuando …",
        "outcomes": "qué pasa con un desliz puesto a propósito | {} cifras, % | {} cifras, % | {} cifras, %",
        "first": "se nombra el primero",
        "listed": "se nombra tras otros que se escriben igual",
        "tie": "queda entre más de los que se nombran, todos escritos igual",
        "few": "no se nombra: con más cifras se podría",
        "unknown": "no se nombra, sean cuantas sean las cifras",
        "right": "cae en el intervalo correcto: pasa por bueno",
        "other": "se nombra otra cosa y el desliz no",
        "kinds": "cantidad, % | nombrados | por azar",
        "later: forward": "segunda iteración, hacia adelante",
        "later: back": "segunda iteración, hacia atrás",
        "all": "todas",
        "families": "familia que falta, % | otra | igual",
        "posts": "lo que se había hecho | números | explicados así | explicados de otro modo"
        " | correctos o arrastrados | sin saber | no se preguntan",
        "slip": "un desliz que dice una regla de la tabla",
        "none": "algo que ninguna regla dice, o no se sabe qué",
        "rounding": "redondear demasiado pronto, o cortar",
        "follows": "se sigue de un número anterior equivocado",
        "named": "cantidad | número | lo que se dice",
    },
}
FAMILIES: Final = {
    "left out": {"en": "Something left out", "es": "Algo que falta"},
    "sign": {"en": "A sign", "es": "Un signo"},
    "function": {"en": "A power or a function", "es": "Una potencia o una función"},
    "neighbour": {"en": "A neighbouring quantity", "es": "Una cantidad vecina"},
    "time": {"en": "Too early, too late", "es": "Demasiado pronto, demasiado tarde"},
    "n times": {"en": "How many times", "es": "Cuántas veces"},
    "everywhere": {"en": "The same everywhere", "es": "Lo mismo en todas partes"},
    "another quantity": {"en": "Another quantity", "es": "Otra cantidad"},
    "pen": {"en": "Writing the number down", "es": "Al escribir el número"},
    "two": {"en": "Two at once", "es": "Dos a la vez"},
}


def pages() -> dict[Path, str]:
    """The page of each language, by its path, from what was measured last."""
    results = Results.read()
    return {ROOT / "docs" / code / PAGE: page(results, code) for code in LANGUAGES}


def write_pages() -> None:
    """Write the pages."""
    for path, text in pages().items():
        path.write_text(text, "utf-8", newline="\n")


def page(results: Results, code: str) -> str:
    """The page in one language, as Markdown."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        trim_blocks=True,
        keep_trailing_newline=True,
        undefined=StrictUndefined,
    )
    words, language = _WORDS[code], load_language(code)
    context = {
        "results": results,
        "families": {family: titles[code] for family, titles in FAMILIES.items()},
        "rules": lambda family: _rules(family, words, language),
        "outcomes": _outcomes(results, words),
        "kinds": _kinds(results, words),
        "left_out": _left_out(results, words, code),
        "posts": _posts(results, words),
        "explained": _said(results, words, code, "explained"),
        "otherwise": _said(results, words, code, "otherwise"),
        "count": lambda what, *became: sum(
            1 for post in results.posts if post.what == what and (not became or post.became in became)
        ),
        "whole": language.integer,
        "networks": results.seeds[1] - results.seeds[0] + 1,
        "stepwise": sum(total(results.stepwise, digits).total() for digits in DIGITS),
        "digits": DIGITS,
        "percent": lambda what, digits, *became: _percent(total(getattr(results, what), digits), *became),
        "most_by_chance": max(
            100 * by[digits].get("named", 0) / sum(by[digits].values())
            for by in results.random.values()
            for digits in DIGITS
        ),
        "once_in": round(1 / CHANCE),
        "fewest": FEWEST,
        "named": NAMED,
        "plausible": PLAUSIBLE,
        "lowest": max(rule.rank for rule in RULES.values()),
        "number_of_rules": len(RULES),
        "number_of_slips": len(_catalogues()[0]),
        "most_slips": MOST_SLIPS,
        "most_parameters": MOST_PARAMETERS,
        "most_examples": MOST_EXAMPLES,
    }
    return environment.get_template(f"wrong-numbers.{code}.md").render(context)


def _table(head: str, rows: Iterable[Sequence[str]], words: int = 1) -> str:
    """A table whose first columns are words and the others numbers."""
    ruler = ["---"] * words + ["---:"] * (head.count("|") + 1 - words)
    return "\n".join(f"| {line} |" for line in (head, " | ".join(ruler), *(" | ".join(row) for row in rows)))


def _each(head: str) -> str:
    """A head whose columns after the first are for each number of digits: "named: 3"."""
    first, *columns = head.split(" | ")
    return " | ".join([first, *(f"{column}: {digits}" for column in columns for digits in DIGITS)])


def _percent(found: Mapping[str, int], *became: str) -> str:
    return f"{100 * sum(found.get(each, 0) for each in became) / max(sum(found.values()), 1):.1f}"


@cache
def _catalogues() -> list[tuple[Slip, ...]]:
    networks = [read_network(ROOT / name) for name in EXAMPLES]
    return [catalogue(network, build_worksheet(network)).slips for network in networks]


def _rules(family: str, words: Mapping[str, str], language: Language) -> str:
    rows = [rule for rule in RULES.values() if rule.family == family]
    return _table(words["rules"], ([str(rule.rank), _example(rule, language)] for rule in rows), 2)


def _example(rule: Rule, language: Language) -> str:
    """A rule's clause, of a slip of the first network that has one."""
    if rule.family == "two":
        first, second = (_example(RULES[key], language) for key in ("bias-left-out", "half-left-out"))
        return language.translate(rule.text, first=first, second=second)
    if rule.family in ("pen", "another quantity"):
        other, formula = ("out_h1", "net_h1") if rule.rank < PLAUSIBLE else ("E_total", "net_h1")
        return language.translate(rule.text, other=symbol_text(other), formula=symbol_text(formula))
    slip = next(slip for slips in _catalogues() for slip in slips if slip.rule == rule.key)
    return clause(slip, language)


def _outcomes(results: Results, words: Mapping[str, str]) -> str:
    found = [total(results.planted, digits) for digits in DIGITS]
    rows = ([words[each], *(_percent(by, each) for by in found)] for each in (*OUTCOMES, "other"))
    return _table(words["outcomes"].format(*DIGITS), rows)


def _kinds(results: Results, words: Mapping[str, str]) -> str:
    def row(title: str, planted: Mapping[str, Mapping[str, int]], chance: Mapping[str, Mapping[str, int]]) -> list[str]:
        named = [_percent(planted[digits], "first", "listed", "tie") for digits in DIGITS]
        return [title, *named, *(_percent(chance[digits], "named", "carried") for digits in DIGITS)]

    rows = [row(f"$`{tex}`$", results.planted[kind], results.random[kind]) for kind, tex in KINDS.items()]
    rows += [
        row(words[kind], results.planted[kind], results.random[kind])
        for kind in sorted(set(results.planted) - set(KINDS), reverse=True)
    ]
    whole = [{digits: total(table, digits) for digits in DIGITS} for table in (results.planted, results.random)]
    return _table(_each(words["kinds"]), [*rows, row(words["all"], *whole)])


def _left_out(results: Results, words: Mapping[str, str], code: str) -> str:
    def row(title: str, by: Mapping[str, Mapping[str, int]]) -> list[str]:
        return [title, *(_percent(by[digits], each) for each in ("named", "same") for digits in DIGITS)]

    rows = [row(titles[code], results.left_out[family]) for family, titles in FAMILIES.items() if family != "two"]
    whole = {digits: total(results.left_out, digits) for digits in DIGITS}
    return _table(_each(words["families"]), [*rows, row(words["all"], whole)])


def _posts(results: Results, words: Mapping[str, str]) -> str:
    rows = []
    for what in ("slip", "none", "rounding", "follows"):
        found = Counter(post.became for post in results.posts if post.what == what)
        columns = (("explained",), ("otherwise",), ("right", "short", "carried"), ("unknown",), ("not asked",))
        rows.append(
            [words[what], str(found.total()), *(str(sum(found[each] for each in column)) for column in columns)]
        )
    return _table(words["posts"], rows)


def _said(results: Results, words: Mapping[str, str], code: str, became: str) -> str:
    rows = (
        [symbol_text(post.quantity), post.number.replace("-", "−"), post.said[code]]
        for post in results.posts
        if post.became == became and post.what != "follows" and post.said
    )
    return _table(words["named"], rows, 3)
