"""The numbers in the running text of a built page: recomputed, and compared with the page list."""

from __future__ import annotations

import math
import re
import tokenize
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Final

from backprop_docgen.check.difference import changed
from backprop_docgen.check.recount import Recount, reason
from backprop_docgen.errors import BackpropError
from backprop_docgen.finding import Finding, Lines
from backprop_docgen.formula.evaluate import Value
from backprop_docgen.numbers.numerals import spoken_numbers
from backprop_docgen.pages.cell import NUMERAL, agrees, number_tokens
from backprop_docgen.pages.invitation import invitation
from backprop_docgen.pages.number import Number, Reference
from backprop_docgen.published.page import BLOCK, Block, BuiltPage, Cell, Item
from backprop_docgen.published.page_list import behind, item_names
from backprop_docgen.settings.allowances import Allowances, covering
from backprop_docgen.worksheet.describe import describe

_HUGE: Final = 1e150
_ATTRIBUTES: Final = {"class", "value", "data-q", "data-expr", "data-format", "data-at-offset"}


def check_marks(page: BuiltPage, recount: Recount) -> Iterator[Finding]:
    """Every number that carries its mark: name known, text and value what they should be."""
    for item in page.items:
        if item.kind == "number":
            yield from check_mark(item.data, item.text, page.offset(item.spot), page.lines, recount)
        elif item.kind == "meaning":
            yield from _meaning(page, item, recount)
        elif item.kind == "try":
            yield from _invitation(page, item, recount)


def _meaning(page: BuiltPage, item: Item, recount: Recount) -> Iterator[Finding]:
    """What a quantity is called in words: weight 5, after 10,000 updates."""
    name, offset = item.data["data-means"], page.offset(item.spot)
    try:
        expected = describe(name, recount.language)
    except BackpropError as error:
        yield page.lines.finding("unknown", offset, f"no worksheet has this name: {reason(error)}", name)
        return
    if item.text != expected:
        at = page.lines.text.find(">", offset) + 1
        yield page.lines.finding("wrong", at, f"{name} is called {expected!r}, not {item.text!r}", item.text, expected)


def _invitation(page: BuiltPage, item: Item, recount: Recount) -> Iterator[Finding]:
    """A link that sets a number: what it says, and what it sets."""
    name, tree, offset = item.data["data-try"], item.data.get("data-to", ""), page.offset(item.spot)
    try:
        recount.value(tree)  # within bounds
        to = Number(recount, recount.tree(tree))
        expected = invitation(recount, recount.course.default.network, Reference(recount, name), to)
    except BackpropError as error:
        yield page.lines.finding("unknown", offset, f"no invitation is made of this: {reason(error)}", name)
        return
    for text, wanted in ((item.text, expected.plain), (item.data.get("href", ""), expected.address)):
        if text != wanted:
            at = max(page.lines.text.find(text, offset), offset)
            yield page.lines.finding("wrong", at, f"the invitation is {wanted}, not {text}", text, wanted)


def check_mark(data: Mapping[str, str], text: str, offset: int, lines: Lines, recount: Recount) -> Iterator[Finding]:
    """One marked number, by its attributes and its text; it begins at ``offset``."""
    behind = data["data-q"] if "data-q" in data else data["data-expr"]
    if "data-q" in data and "data-expr" in data:
        yield lines.finding("unknown", offset, "carries a name and a formula; expected one of them", behind)
        return
    try:
        if "data-q" in data:
            recount.quantity(behind)
        number = recount.number(behind, data.get("data-format"))
    except BackpropError as error:
        advice = error.problems[0].advice
        yield lines.finding("unknown", offset, f"no worksheet has this number: {reason(error)}", behind, None, advice)
        return
    if strange := set(data) - _ATTRIBUTES:
        told = ", ".join(sorted(strange))
        yield lines.finding("extra", offset, f"a marked number has no attribute {told}", told)
    what = data.get("data-q") or "this formula"
    if text != number.text:
        at = lines.text.find(">", offset) + 1
        yield lines.finding("wrong", at, f"{what} is {number.text}, not {text}", text, number.text)
    value = data.get("value")
    if value is None:
        yield lines.finding("value", offset, f"{what} has lost its value attribute", "", number.value)
    elif not recount.agrees(value, number.double):
        at = lines.text.find("value=", offset)
        yield lines.finding(
            "value", max(at, offset), f"the value of {what} is {number.value}, not {value}", value, number.value
        )


def check_contents(page: BuiltPage, names: list[str] | None, keys: list[str]) -> Iterator[Finding]:
    """What the page list has and the page has not, and the reverse, each at its place; None: there are no names."""
    found = page.keys()
    if found != keys:
        yield from _listed(page, keys)
    elif names is not None and [name for item in page.items for name in item_names(item)] != names:
        yield page.lines.finding(
            "missing", 0, "the names in worksheet.json (pages) are not those that the page shows", page.url
        )


def _listed(page: BuiltPage, keys: list[str]) -> Iterator[Finding]:
    items, found = page.items, page.keys()
    for i, j, k, m in changed(found, keys):
        gone, come = Counter(keys[k:m]), Counter(found[i:j])
        for item in items[i:j]:
            if item.kind == "block" and gone[BLOCK]:  # a block for a block
                gone[BLOCK] -= 1
                continue
            at = page.offset(item.spot)
            text = item.text or item.key
            yield page.lines.finding("extra", at, f"the page list does not have {_spoken(item.key)} here", text[:80])
        before = items[i - 1].spot if i else 0
        place = items[i].spot if i < j else before
        for key in keys[k:m]:
            if key == BLOCK and come[BLOCK]:
                come[BLOCK] -= 1
                continue
            yield page.lines.finding(
                "missing", page.offset(place), f"the page list has {_spoken(key)} here, the page has not", key, key
            )


def _spoken(key: str) -> str:
    if key == BLOCK:
        return "a paragraph, an item or a cell of a table"
    kinds = {"$": "a formula", "#": "a derived number", "@": "the number of"}
    if key[:1] in kinds:
        return f"{kinds[key[:1]]} ({key[1:]})"
    kind, _, rest = key.partition(":")
    if kind in ("figure", "cell", "code", "choice", "published") and rest:
        return f"{kind} {rest}"
    return key.removeprefix("~")


def check_untraceable(page: BuiltPage, allowances: Allowances, recount: Recount) -> Iterator[Finding]:
    """Numerals and number words that belong to no quantity and no allowance."""
    of_cell = covering((start, end + 1) for start, end in page.named_numerals)  # compared elsewhere
    for block in page.blocks:
        if block.frame or not any(token.kind in ("numeral", "word", "sign") for token, _ in block.tokens):
            continue
        spans = allowances.spans(block.text, page.url, page.language, block.within)  # type: ignore[arg-type]
        said, wrong = _said(page, block, recount)
        yield from wrong
        allowed = covering([*spans, *said])
        spots = {token.start: spot for token, spot in block.tokens}
        for token in spoken_numbers(block.text, [token for token, _ in block.tokens]):
            if token.kind in ("name", "order") or allowed(token.start, token.end):
                continue
            at = page.offset(spots[token.start])
            if block.within == "code" and of_cell(at, at):
                continue
            what = "a sign that belongs to no number" if token.kind == "sign" else "a number of no quantity"
            yield page.lines.finding("untraceable", at, f"{what}, and no allowance: {token.text}", token.text)


def _said(page: BuiltPage, block: Block, recount: Recount) -> tuple[list[tuple[int, int]], list[Finding]]:
    """Where the numbers stand that an element's attributes name, and what is found of those that do not."""
    spans: list[tuple[int, int]] = []
    wrong: list[Finding] = []
    at = 0
    for each in block.said:
        behind, _, style = each.partition("|")
        place = page.offset(block.tokens[0][1])
        try:
            text = recount.number(behind, style or None).text
        except BackpropError as error:
            wrong.append(page.lines.finding("unknown", place, f"no worksheet has this number: {reason(error)}", behind))
            continue
        found = block.text.find(text, at)
        found = found if found >= 0 else block.text.find(text)
        if found < 0:
            wrong.append(page.lines.finding("wrong", place, f"{behind} is {text}, which is not said here", "", text))
        else:
            at = found + len(text)
            spans.append((found, at))
    return spans, wrong


def check_cells(page: BuiltPage, recount: Recount) -> Iterator[Finding]:
    """Literals and outputs of code cells against their quantities."""
    for cell in page.cells:
        yield from _literals(page, cell, recount)
        yield from _outputs(page, cell, recount)


def _literals(page: BuiltPage, cell: Cell, recount: Recount) -> Iterator[Finding]:
    names = behind(cell.data, "literal")
    numbers = list(_number_tokens(cell.source))
    if len(names) != len(numbers):
        yield page.lines.finding(
            "cell", cell.offset, f"this cell has {len(numbers)} numbers, and names for {len(names)}", str(len(numbers))
        )
        return
    for name, (start, text) in zip(names, numbers, strict=True):
        if name == "-":
            continue
        at = cell.place(cell.source_spots, start)
        offset = page.offset(at)
        page.named_numerals.append((offset, offset + len(text)))
        try:
            number = recount.number(name)
        except BackpropError as error:
            yield page.lines.finding("unknown", cell.offset, f"the cell names no quantity: {reason(error)}", name)
            continue
        below = math.copysign(1, number.double) < 0
        expected = _literal(name, abs(number.double))
        negative = start > 0 and cell.source[start - 1] == "-"
        if below and negative:
            before = cell.place(cell.source_spots, start - 1)
            page.named_numerals.append((page.offset(before), offset))
        if text != expected or below != negative:
            shown, wanted = f"-{text}" if negative else text, f"-{expected}" if below else expected
            if recount.strict or not recount.agrees(shown, number.double):
                yield page.lines.finding("cell", offset, f"{name} is {wanted} in code, not {shown}", text, wanted)


def _literal(name: str, value: float) -> str:
    return repr(int(value)) if name.startswith("count:") else repr(value)


def _number_tokens(source: str) -> Iterator[tuple[int, str]]:
    try:
        yield from number_tokens(source)
    except (tokenize.TokenError, SyntaxError, IndentationError):
        return


def _outputs(page: BuiltPage, cell: Cell, recount: Recount) -> Iterator[Finding]:
    names = behind(cell.data, "output")
    numerals = list(NUMERAL.finditer(cell.output))
    if len(numerals) < len(names) or (len(numerals) > len(names) and names and not _stopped(cell.output)):
        at = page.offset(cell.place(cell.output_spots, 0)) if cell.output else cell.offset
        yield page.lines.finding(
            "cell", at, f"this cell prints {len(numerals)} numbers, and names {len(names)} quantities", cell.output[:40]
        )
    for name, match in zip(names, numerals, strict=False):
        offset = page.offset(cell.place(cell.output_spots, match.start()))
        page.named_numerals.append((offset, offset + len(match[0])))
        if name == "-":
            continue
        try:
            value = recount.value(name)
        except BackpropError as error:
            yield page.lines.finding("unknown", cell.offset, f"the cell names no quantity: {reason(error)}", name)
            continue
        finite = math.isfinite(value.double) and match[0].lstrip("+-") not in ("inf", "nan")
        if "data-overflowed" not in cell.data and not (agrees(match[0], value) if finite else _same(match[0], value)):
            what = name if not name.startswith("[") else "its formula"
            message = f"prints {match[0]}, but {what} is {value.double!r}"
            yield page.lines.finding("cell", offset, message, match[0], repr(value.double))


def _same(text: str, value: Value) -> bool:
    """What is no finite number is printed as such; plain code may overflow a little sooner than the worksheet."""
    return not math.isfinite(value.double) or abs(value.double) > _HUGE


def _stopped(output: str) -> bool:
    return bool(re.search(r"(?m)^\w*(?:Error|Warning): ", output))
