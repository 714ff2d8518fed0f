"""The Jinja environment of a page, and its tags: ``choose``, ``cell`` and ``equation``.

Delimiters: ``{{ x }}`` with a space inside each brace pair, so that LaTeX's ``{{a}}`` is safe;
``{% tag %}``; comments ``{## … ##}``, so that attribute lists ``{#id}`` are safe.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from html import escape
from typing import Any, Final, cast

from jinja2 import Environment, nodes
from jinja2.ext import Extension
from jinja2.parser import Parser
from jinja2.runtime import Context, Undefined
from jinja2.utils import missing

from backprop_docgen.errors import CellError, Problem, TemplateError, did_you_mean
from backprop_docgen.formula.tree import symbols
from backprop_docgen.formula.tree_json import from_json
from backprop_docgen.pages.cell import Cell, run_cell
from backprop_docgen.pages.guarded import GuardedEnvironment
from backprop_docgen.pages.judgement import wrong_relations
from backprop_docgen.pages.number import Condition, Number
from backprop_docgen.pages.offered import Offered, what
from backprop_docgen.pages.page_state import Branch, PageState, template_place
from backprop_docgen.pages.pieces import (
    TOKEN,
    CellPiece,
    EndPiece,
    EquationPiece,
    HangingPiece,
    Piece,
    in_maths,
    index_of,
    pieces_in,
    said_in_maths,
)
from backprop_docgen.pages.traced import marked_as, without_marks
from backprop_docgen.private_characters import TOKENS

Caller = Callable[[], str]
_FORMULA: Final = "["  # a formula as JSON begins with it, and no name does

_RELATIONS: Final = re.compile(rf"\\htmlData\{{q=[^}}]*\}}|(?P<sign>[{TOKENS}]|=|\\approx(?![A-Za-z]))")
"""Each = and ≈ of an equation, and each token, which may stand for one; the = of a mark is none."""

DELIMITERS: Final[Mapping[str, str]] = {
    "variable_start_string": "{{ ",
    "variable_end_string": " }}",
    "comment_start_string": "{##",
    "comment_end_string": "##}",
}


class _Quantities(Context):
    """A template's context in which every quantity whose name is an identifier is known too."""

    def resolve_or_missing(self, key: str) -> Any:
        found = super().resolve_or_missing(key)
        if found is not missing or key not in self.environment.globals["quantities"]:  # type: ignore[operator]
            return found
        return self.environment.globals["q"](key)  # type: ignore[operator]


class TemplateEnvironment(GuardedEnvironment):
    """Renders one page; the page's state goes with it. ``file`` tells where a file is that templates take in."""

    context_class = _Quantities

    def __init__(self, state: PageState, functions: Mapping[str, object], file: Callable[[str], str] = str) -> None:
        self._file = file
        super().__init__(
            state,
            lambda: [*functions, *state.shared, *state.course.default.worksheet.names()],
            **DELIMITERS,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
            optimized=False,  # to look for constants takes a seventh of compiling, and there are hardly any
            extensions=[SharedTag, ChooseTag, CellTag, EquationTag],
        )
        self.globals.update(functions)
        self.globals["quantities"] = state.course.default.worksheet
        state.render = lambda source: self.from_string(source).render(state.shared)

    def join_path(self, template: str, parent: str) -> str:
        """The file that a template names in a tag."""
        return self._file(template)


class _Tag(Extension):
    """A tag whose arguments and body are handed to a method."""

    def _call(self, method: str, arguments: list[nodes.Expr], body: list[nodes.Node], line: int) -> nodes.CallBlock:
        call = self.call_method(method, arguments)
        return cast(nodes.CallBlock, nodes.CallBlock(call, [], [], body).set_lineno(line))

    @property
    def state(self) -> PageState:
        return cast(TemplateEnvironment, self.environment).state


class SharedTag(Extension):
    """``{% shared %}``, right after the front matter: the page takes the names that all its languages share.

    They are made before the page is rendered; the tag itself leaves nothing.
    """

    tags = {"shared"}  # noqa: RUF012 (Jinja declares it for instances)

    def parse(self, parser: Parser) -> list[nodes.Node]:
        """It has no arguments."""
        next(parser.stream)
        return []


class Situations(Offered):
    """The situations of a choice by name, in the order in which they are tried: the first that holds is told.

    A condition is one about numbers, which the live page tries again, or plainly true or false. What comes after a
    plain truth, and what is plainly false, cannot hold here.
    """

    called = "a list of situations"
    internal = frozenset(("names", "possible"))

    def __init__(self, conditions: Mapping[str, object]) -> None:
        self.names = tuple(conditions)
        self.possible: dict[str, Condition | None] = {}
        for name, condition in conditions.items():
            if isinstance(condition, Condition):
                self.possible[name] = condition
            elif isinstance(condition, Number):
                raise TemplateError(Problem("is a number, and no condition", key=name, advice="Compare it: x > 0."))
            elif condition:
                self.possible[name] = None
                break

    def __bool__(self) -> bool:
        raise TemplateError(Problem("situations stand in a plain {% if %}", advice="Use {% choose … %}."))


@dataclass
class _Choice:
    """A choice that is being rendered: what can hold, and what has been said."""

    situations: Situations | None = None
    branches: list[Branch] = field(default_factory=list)
    said: set[str] = field(default_factory=set)
    failed: bool = False  # a branch has a mistake, which has been told


class ChooseTag(_Tag):
    """``{% choose situations %}{% when name %}…{% endchoose %}``: every situation is said.

    Or, with conditions of its own, ``{% choose %}{% when condition %}…{% otherwise %}…{% endchoose %}``.
    """

    tags = {"choose"}  # noqa: RUF012 (Jinja declares it for instances)

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        self._open: list[_Choice] = []

    def parse(self, parser: Parser) -> nodes.Node:
        """Each branch becomes a call of its own, gathered by the call around them."""
        line = next(parser.stream).lineno
        if not parser.stream.current.test("block_end"):
            return self._parse_named(parser, line)
        parser.parse_statements(("name:when", "name:endchoose"))  # what stands before the first branch is dropped
        branches: list[nodes.Node] = []
        while parser.stream.current.test("name:when"):
            at = next(parser.stream).lineno
            condition = parser.parse_expression()
            body = parser.parse_statements(("name:when", "name:otherwise", "name:endchoose"))
            branches.append(self._call("_branch", [condition], body, at))
        if parser.stream.current.test("name:otherwise"):
            at = next(parser.stream).lineno
            body = parser.parse_statements(("name:endchoose",))
            branches.append(self._call("_branch", [nodes.Const(None)], body, at))
        parser.stream.expect("name:endchoose")
        return self._call("_choose", [], branches, line)

    def _parse_named(self, parser: Parser, line: int) -> nodes.Node:
        """``{% choose situations %}``: each branch names one situation, or several with commas between."""
        situations = parser.parse_expression()
        name = getattr(situations, "name", None) or getattr(situations, "attr", None) or "situations"
        parser.parse_statements(("name:when", "name:endchoose"))
        branches: list[nodes.Node] = []
        while parser.stream.current.test("name:when"):
            at = next(parser.stream).lineno
            names = [parser.stream.expect("name").value]
            while parser.stream.skip_if("comma"):
                names.append(parser.stream.expect("name").value)
            body = parser.parse_statements(("name:when", "name:endchoose"))
            branches.append(self._call("_situation", [nodes.Const(tuple(names))], body, at))
        parser.stream.expect("name:endchoose")
        return self._call("_choose_named", [situations, nodes.Const(name)], branches, line)

    def _situation(self, names: Sequence[str], caller: Caller) -> str:
        """The text of some situations; only what can hold here is rendered."""
        choice = self._open[-1]
        situations = choice.situations
        assert situations is not None  # the parser makes such branches in a named choice alone
        for name in names:
            if name not in situations.names:
                advice = did_you_mean(name, situations.names) or f"There are {', '.join(situations.names)}."
                self.state.problem("there is no situation of this name", name, advice)
            elif name in choice.said:
                self.state.problem("this situation is said twice", name)
            choice.said.add(name)
        told = [name for name in names if name in situations.possible]
        if told:
            text = caller()
            choice.branches += [Branch(situations.possible[name], text, name) for name in told]
        return ""

    def _choose_named(self, situations: object, name: str, caller: Caller) -> str:
        if not isinstance(situations, Situations):
            if not isinstance(situations, Undefined):
                message = f"is no list of situations, but {what(situations)}"
                self.state.problem(message, name, "Name them: {% set x = situations(a=…, b=…) %}.")
            return ""
        choice = self._rendered(_Choice(situations), caller)
        told = {branch.situation: branch for branch in choice.branches}
        unsaid = [each for each in situations.names if each not in choice.said]
        if unsaid:
            advice = "Every language says something of each situation, or says nothing on purpose: an empty {% when %}."
            self.state.problem(f"has situations that are not said: {', '.join(unsaid)}", name, advice)
        if not situations.possible:
            self.state.problem("none of these situations can hold here", name, "Let the last situation be true.")
        branches = [told[each] for each in situations.possible if each in told]
        return self.state.choose(branches, name) if branches and not unsaid else ""

    def _branch(self, condition: object, caller: Caller) -> str:
        text = caller()
        if condition is None or isinstance(condition, Condition):
            self._open[-1].branches.append(Branch(condition, text))
            return ""
        self._open[-1].failed = True
        if isinstance(condition, Number):
            message = f"{{% when %}} needs a condition about numbers, and {what(condition)} is a number"
            self.state.problem(message, None, "Compare it: x > 0.")
        elif not isinstance(condition, Undefined):
            message = f"{{% when %}} needs a condition about numbers, and is given {what(condition)}"
            self.state.problem(message, None, "For what is no number, use a plain {% if %}.")
        return ""

    def _choose(self, caller: Caller) -> str:
        choice = self._rendered(_Choice(), caller)
        return "" if choice.failed else self.state.choose(choice.branches)

    def _rendered(self, choice: _Choice, caller: Caller) -> _Choice:
        """The choice with its branches, which the caller renders; choices may stand in one another."""
        self._open.append(choice)
        try:
            caller()
        finally:
            self._open.pop()
        return choice


class CellTag(_Tag):
    """``{% cell shows=[…] %}`` Python source ``{% endcell %}``."""

    tags = {"cell"}  # noqa: RUF012 (Jinja declares it for instances)

    def parse(self, parser: Parser) -> nodes.Node:
        """The only argument is ``shows``, a list of numbers."""
        line = next(parser.stream).lineno
        shows: nodes.Expr = nodes.List([])
        if parser.stream.skip_if("name:shows"):
            parser.stream.expect("assign")
            shows = parser.parse_expression()
        body = parser.parse_statements(("name:endcell",), drop_needle=True)
        return self._call("_run", [shows], body, line)

    def _run(self, shows: object, caller: Caller) -> str:
        state = self.state
        file, line = template_place()
        written = caller()
        body = without_marks(written)
        listed = shows if isinstance(shows, list | tuple) else None
        numbers = [number for number in listed or () if isinstance(number, Number)]
        others = [shows] if listed is None else [each for each in listed if not isinstance(each, Number)]
        if others and not any(isinstance(each, Undefined) for each in others):
            state.problem(f"shows= is given {what(others[0])}; expected a list of the numbers that the cell prints")
        try:
            cell = run_cell(body, state.record, state.namespace, numbers, file or state.file, (line or 1) + 1)
        except CellError as error:
            if not others:  # else what it shows has a mistake already
                for problem in error.problems:
                    state.note(problem)
            return ""
        return _cell(state, replace(cell, source=marked_as(cell.source, written)))


def _cell(state: PageState, cell: Cell) -> str:
    """A cell as Markdown: its source, and its output under it."""
    marks = _named("literals", cell.literals) + _named("outputs", cell.outputs)
    marks += ' data-overflowed="yes"' if cell.overflowed else ""
    names = tuple(name for each in (*cell.literals, *cell.outputs) for name in _names_behind(each))
    opening, closing = state.put(CellPiece(names=names, marks=marks)), state.put(EndPiece(of="cell"))
    output = f"\n\n```{{.text .output}}\n{state.put(Piece(cell.output))}\n```" if cell.output else ""
    return state.block(f"{opening}\n\n```python\n{cell.source}\n```{output}\n\n{closing}")


def _names_behind(behind: str) -> Iterable[str]:
    """The quantities behind a numeral of a cell."""
    if behind.startswith(_FORMULA):
        return symbols(from_json(json.loads(behind)))
    return () if behind == "-" else (behind,)


def _named(kind: str, behind: Sequence[str]) -> str:
    """The attributes that name what is behind each numeral: quantities, and beside them formulas ("-": neither)."""
    if not behind:
        return ""
    names = " ".join("-" if each.startswith(_FORMULA) else each for each in behind)
    trees = " ".join(each if each.startswith(_FORMULA) else "-" for each in behind)
    marks = f' data-{kind}="{escape(names)}"'
    return marks + (f' data-{kind[:-1]}-trees="{escape(trees)}"' if trees.strip("- ") else "")


class EquationTag(_Tag):
    """``{% equation "label" %}`` LaTeX ``{% endequation %}``; ``{% equation "label" result %}`` stands out."""

    tags = {"equation"}  # noqa: RUF012 (Jinja declares it for instances)

    def parse(self, parser: Parser) -> nodes.Node:
        """Its arguments are the label and, without quotes, ``result``."""
        line = next(parser.stream).lineno
        label = parser.parse_expression()
        result = nodes.Const(bool(parser.stream.skip_if("name:result")))
        body = parser.parse_statements(("name:endequation",), drop_needle=True)
        return self._call("_equation", [label, result], body, line)

    def _equation(self, label: object, result: bool, caller: Caller) -> str:
        if not isinstance(label, str | Undefined):
            self.state.problem(f"the label of an equation is {what(label)}; expected a text in quotes")
        before = len(self.state.problems)
        tex = " ".join(line.strip() for line in without_marks(caller()).strip().splitlines())
        file, line = template_place()
        whole = len(self.state.problems) == before  # else a part of it is missing, which has been told
        wrong = wrong_relations(tex, self.state) if whole else ()
        for problem in wrong:
            self.state.note(replace(problem, file=problem.file or file, line=problem.line or line))
        record = self.state.record
        signs = [_hanging(match["sign"], record) for match in _RELATIONS.finditer(tex) if match["sign"]]
        relations = [name for kind, name in signs if kind == "relation"]
        factors = [name for kind, name in signs if kind == "factor"]
        marks = f' data-relations="{" ".join(relations)}"' if set(relations) - {"-"} else ""
        marks += f' data-factors="{" ".join(dict.fromkeys(factors))}"' if factors else ""
        if isinstance(label, str) and label in self.state.course.default.worksheet:
            marks += f' data-worked="{label}"'  # under the name of a quantity: here it is worked out
        marks += said_in_maths(tex, record)
        names = [name for piece in pieces_in(tex, record) for name in piece.maths_names]
        return display(self.state, in_maths(tex, record), str(label), names, marks, result)


def _hanging(sign: str, record: Sequence[Piece]) -> tuple[str, str]:
    """What a sign of an equation is ("relation", "factor", "": neither), and what it hangs on ("-": nothing)."""
    if not TOKEN.fullmatch(sign):
        return "relation", "-"
    piece = record[index_of(sign)]
    return (piece.kind, piece.name) if isinstance(piece, HangingPiece) else ("", "-")


def display(
    state: PageState,
    tex: str,
    label: str | None,
    names: Iterable[str] = (),
    marks: str = "",
    result: bool = False,
) -> str:
    """A display equation, on a line of its own, that shows ``names``; it can be referred to when it has a label."""
    return state.put(EquationPiece("", tex, tuple(names), (), label, marks, state.line(), result))
