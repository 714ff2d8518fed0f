"""A question where a step ends: what a reader works out, and checks at once.

In a page it is a group: the question, a field, and a fold with the answer. Without script the fold is all there is to
press; on paper a line to write on stands in their place. The answer is made of marked numbers, so that it follows what
the reader changes, and a check of the site holds it to the worksheet; a sign and an order are chosen sentences.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from html import escape
from itertools import pairwise, permutations
from typing import Final
from zlib import crc32

from backprop_docgen.errors import Problem, TemplateError
from backprop_docgen.formula.tree import Constant, constant, symbols
from backprop_docgen.latex.equation import ladder
from backprop_docgen.latex.plain_tex import plain
from backprop_docgen.pages.number import Condition, Format, Number, Reference
from backprop_docgen.pages.page_state import Branch, PageState
from backprop_docgen.pages.pieces import AskPiece, EquationPiece
from backprop_docgen.slips.mistakes import RULE_OF, known_mistakes, mistakes
from backprop_docgen.slips.rules import Rules
from backprop_docgen.slips.table import PLAUSIBLE, RULES
from backprop_docgen.worksheet.course import COUNTS
from backprop_docgen.worksheet.names import Name
from backprop_docgen.worksheet.worksheet import Quantity

KINDS: Final = ("number", "sign", "order", "choice", "line")
LEAST_DIGITS, MOST_DIGITS = 4, 6
"""So many significant digits are asked for, as the page has decimals; an author may ask for others."""

_MOST_IN_ORDER: Final = 3
_MOST_LINES: Final = 6
_MOST_CHOICES: Final = 4
_UPDATES: Final = re.compile(r"\((\d+)\)")
"""A count of updates in a symbol."""

_SIGNS: Final = (("negative", "<"), ("zero", "=="), ("positive", ">"))


def ask(state: PageState, asked: Sequence[Reference], kind: str, digits: int | None, choices: Sequence[Number]) -> str:
    """A question of one kind about a quantity (an order: about two or three).

    Where this network has nothing to choose between (every choice reads like the right one, no slip leads to the
    quantity), the number is asked for. Raises TemplateError for too many or too few quantities.
    """
    most = _MOST_IN_ORDER if kind == "order" else 1
    if not (1 + (kind == "order") <= len(asked) <= most):
        advice = "An order takes a list of two or three quantities; any other question, one."
        raise TemplateError(Problem("a question has too many quantities, or too few", key=kind, advice=advice))
    question = _Question(state, asked, digits or min(max(state.decimals, LEAST_DIGITS), MOST_DIGITS))
    made: dict[str, Callable[[], str | None]] = {
        "number": question.number,
        "sign": question.sign,
        "order": question.order,
        "choice": lambda: question.choice(choices),
        "line": question.line,
    }
    return state.block(made[kind]() or question.number())


class _Question:
    """One question while it is put together."""

    def __init__(self, state: PageState, asked: Sequence[Reference], digits: int) -> None:
        self.state = state
        self.asked = asked
        self.digits = digits
        self.first = asked[0]
        place = 1 + sum(isinstance(piece, AskPiece) and piece.part == "field" for piece in state.record)
        self.id = f"ask-{place}"
        self.say = state.language.translate

    def number(self) -> str:
        if self.first.full_name.startswith(f"{COUNTS}:"):
            return self._put("number", "How many are they?", [], f"{self.first}.")
        text = "How much is {symbol}? Give it with {digits} significant digits."
        return self._put("number", text, [], _told(self.first))

    def sign(self) -> str:
        options = [self._option(name, self.say(name)) for name, _ in _SIGNS]
        branches = [
            Branch(self.first.compare(sign, 0), f"{_told(self.first)}, {self.say(name)}.") for name, sign in _SIGNS
        ]
        branches.append(Branch(None, _told(self.first)))  # what overflows has no sign
        return self._put("sign", "Is {symbol} negative, zero or positive?", options, self.state.choose(branches))

    def order(self) -> str:
        branches = []
        for each in permutations(self.asked):
            ascending = Condition("all", [one <= other for one, other in pairwise(each)])
            shown = self._listing([_told(one) for one in each])
            branches.append(Branch(ascending, self.say("From the smallest to the largest: {list}.", list=shown)))
        branches.append(Branch(None, self._listing([_told(one) for one in self.asked])))  # what overflows has no order
        options = []
        for letters in permutations("abc"[: len(self.asked)]):  # names of quantities would be taken for numbers
            placed = [self.asked["abc".index(letter)] for letter in letters]
            tex = r" \le ".join(one.quantity.symbol for one in placed)
            options.append(self._option("".join(letters), f"$`{tex}`$", tex))
        return self._put(
            "order", "Which is the order, from the smallest to the largest?", options, self.state.choose(branches)
        )

    def choice(self, choices: Sequence[Number]) -> str | None:
        """The right value among those that slips give; None where none reads otherwise.

        Their order hangs on no number: with others the page that follows shows what a build would.
        """
        found: dict[str, Number] = {self.first.text(): self.first}
        for each in choices[: _MOST_CHOICES - 1]:
            found.setdefault(each.text(), each)
        for each in _slips(self.state, self.first) if len(found) < 3 else ():  # an author's own choices suffice
            if len(found) < _MOST_CHOICES:
                found.setdefault(each.text(), each)
        if len(found) < 3:
            return None
        ordered = sorted(found.values(), key=lambda each: crc32(repr(each.tree).encode()))
        options = [self._option("right" if each is self.first else "wrong", str(each)) for each in ordered]
        return self._put("choice", "Which of these is {symbol}?", options, _told(self.first))

    def line(self) -> str | None:
        """The lines that lead to the quantity, one of them with a slip; None where no slip shows in it."""
        for key, planted in _planted(self.state, self.first):
            lines = _lines(self.state, key, planted, self.first)
            if len(lines) < 2:
                continue
            equations = "\n\n".join(self._equation(f"{key}:{name}") for name in lines)
            options = [
                self._option("right" if name == planted else "wrong", each.sym, each.quantity.symbol)
                for name in lines
                for each in [Reference(self.state, f"{key}:{name}")]
            ]
            text = "Here {symbol} is worked out, and one line is wrong; the others follow from it. Which line is it?"
            right = Reference(self.state, planted)
            it = self.say("The line of {symbol}. It should read:", symbol=right.sym)
            answer = f"{it}\n\n{self._equation(planted)}"
            return self._put("line", text, options, answer, before=equations, wrong=f"{key}:{planted}")
        return None

    def _equation(self, name: str) -> str:
        sheet = Name.parse(name).sheet

        def local(operand: str) -> Quantity:
            return self.state.quantity(f"{sheet}:{operand}" if sheet else operand)

        found = ladder(self.state.quantity(name), local, self.state.language, self.state.decimals, sheet)
        marks = f' data-ladder="{name}"'
        return self.state.put(EquationPiece("", found.tex, tuple(found.names), (), None, marks, self.state.line()))

    def _listing(self, items: Sequence[str]) -> str:
        return f"{self.state.language.list_separator} ".join(items)

    def _option(self, value: str, text: str, tex: str = "") -> str:
        """One of several: a text, or a formula, which is said in words to who listens."""
        spoken = f" {self._spoken(tex)}" if tex else ""
        html = f'<input type="radio" name="{self.id}" value="{value}"{spoken}> '
        return f"<label>{self.state.put(AskPiece(part='option', controls=html))}{text}</label>"

    def _name(self, tex: str) -> str:
        """A formula in words, within an attribute; a count of updates is a number of the page."""
        words = escape(plain(tex), quote=True)
        return _UPDATES.sub(lambda found: f"({Number(self.state, constant(int(found[1])), Format('integer'))})", words)

    def _spoken(self, tex: str) -> str:
        """A formula in words, as attributes: a count of updates in it is a number, and tells whose it is."""
        words = escape(plain(tex), quote=True)
        counts = _UPDATES.findall(words)
        words = _UPDATES.sub(lambda found: f"({self.state.language.integer(int(found[1]))})", words)
        said = " ".join(f"{count}|{Format('integer')}" for count in counts)
        return f'aria-label="{words}"' + (f' data-said="{said}"' if said else "")

    def _put(self, kind: str, text: str, options: Sequence[str], answer: str, before: str = "", wrong: str = "") -> str:
        """The whole of it; ``text`` asks, in English. Its formula is said in words: names leave mathematics out."""
        names = " ".join(each.full_name for each in self.asked)
        marks = f'data-ask="{kind}" data-asks="{names}" data-digits="{self.digits}"'
        marks += f' data-wrong="{wrong}"' if wrong else ""
        field = self.state.put(AskPiece(part="field", controls=self._field(kind)))
        digits = Number(self.state, constant(self.digits), Format("word", gender="f"))
        question = self.say(text, symbol=self.first.sym, digits=digits)
        spoken = [self._name(each.quantity.symbol) for each in self.asked]
        named = self.say(text, symbol=spoken[0], digits=digits)
        if len(spoken) > 1:
            named += f" {self._listing(spoken)}"
        group = f'class="bp-quiz" id="{self.id}" role="group" aria-label="{named}"'
        asked = f'<p class="bp-quiz-text" markdown="span">{question}</p>'
        listed = "\n".join(f"- {option}" for option in options)
        fold = f'<details class="question" markdown>\n<summary>{self.say("Show the answer")}</summary>'
        # a section, as no other stands in it: search takes the end of any element of that name for the end of this one
        opening = f'<section {group} {marks} data-search-exclude="" markdown>'
        parts = [opening, asked, before, listed, field, fold, answer, "</details>", "</section>"]
        return "\n\n".join(part for part in parts if part)

    def _field(self, kind: str) -> str:
        say, label = self.say, escape(self.say("Your answer"), quote=True)
        check = f'<button type="button" class="bp-quiz-check">{say("Check it")}</button>'
        if kind == "number":
            minus, mark = escape(say("minus sign"), quote=True), escape(say("decimal mark"), quote=True)
            decimal = self.state.language.mark
            keys = (
                f'<button type="button" class="bp-quiz-key" aria-label="{minus}">−</button>'
                f'<button type="button" class="bp-quiz-key" aria-label="{mark}">{decimal}</button>'
            )
            rules = 'autocomplete="off" autocapitalize="off" spellcheck="false" maxlength="200"'
            return f'<input type="text" inputmode="decimal" aria-label="{label}" {rules}>{keys}{check}'
        return check


def _told(each: Reference) -> str:
    """Symbol and number in words, so that a script finds the number's double there whatever it hangs on."""
    return f"{each.sym}: {each}"


def _slips(state: PageState, right: Reference) -> Iterator[Number]:
    """What comes out for a quantity when a step of it goes wrong: wrong choices, beside those of the author.

    First the common mistakes of the course, then the plausible slips in the quantity's own formula.
    """
    for mistake in known_mistakes(state.course).values():
        if mistake.quantity == right.full_name:
            yield Reference(state, f"{mistake.key}:{mistake.quantity}")
    base, name = state.course.default, right.full_name
    if name in base.worksheet and base.worksheet[name].tree is not None and "[" not in name:
        changes = Rules(base.network, base.worksheet).changes(name, base.worksheet.formula(name, "")[0])
        for change in sorted(changes, key=lambda each: RULES[each.rule].rank):
            if RULES[change.rule].rank <= PLAUSIBLE:
                yield Number(state, change.tree)


def _planted(state: PageState, right: Reference) -> Iterator[tuple[str, str]]:
    """The worksheets in which one formula is wrong and the quantity reads otherwise, each with that formula's name."""
    base = state.course.default
    found = dict(mistakes(base))
    # a formula that is a bare number catches the eye: it comes last
    last = [mistake for mistake, trees in found.items() if any(isinstance(tree, Constant) for tree in trees.values())]
    for mistake in sorted(found, key=lambda each: (each in last, [*RULE_OF].index(each.key))):
        trees = found[mistake]
        wrong = Reference(state, f"{mistake.key}:{right.full_name}")
        if right.full_name in base.worksheet and len(trees) == 1 and wrong.text() != right.text():
            yield mistake.key, next(iter(trees))


def _lines(state: PageState, key: str, planted: str, right: Reference) -> list[str]:
    """The names on the way from the wrong formula to the quantity, and what goes into those lines, in order."""
    trees = state.course.sheets[key].worksheet

    def operands(name: str) -> list[str]:
        tree = trees[name].tree
        return list(dict.fromkeys(symbols(tree))) if tree is not None else []

    affected: dict[str, bool] = {planted: True}

    def reached(name: str) -> bool:
        if name not in affected:
            affected[name] = False
            found = [reached(each) for each in operands(name)]  # all of them, for they are lines
            affected[name] = any(found)
        return affected[name]

    reached(right.full_name)
    wrong = [name for name, hit in affected.items() if hit]
    beside = [each for name in wrong for each in operands(name) if each not in wrong and operands(each)]
    kept = {*wrong, *list(dict.fromkeys(beside))[: max(_MOST_LINES - len(wrong), 0)]}
    return [name for name in trees.names() if name in kept] if len(wrong) <= _MOST_LINES else []
