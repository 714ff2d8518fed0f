"""The functions a template may call, made for one page in one language."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Final

from backprop_docgen.errors import Problem, TemplateError
from backprop_docgen.figures.scene import STEPPING, STEPS, Scene, Shown
from backprop_docgen.formula.activations import ACTIVATIONS
from backprop_docgen.latex.equation import definition, ladder
from backprop_docgen.latex.general_rules import RULES, activation_rule, loss_rule, rule, slope_rule
from backprop_docgen.network.topology import topology
from backprop_docgen.numbers.language import WORDS_UP_TO
from backprop_docgen.pages import ask
from backprop_docgen.pages.arguments import FLAG, LIST, TEXT, Kind, many, one_of, takes, whole
from backprop_docgen.pages.invitation import invitation
from backprop_docgen.pages.jinja import Situations, display
from backprop_docgen.pages.matrix import matrix, relation
from backprop_docgen.pages.number import (
    Format,
    Number,
    Reference,
    absolute,
    alike,
    all_of,
    any_of,
    falls,
    log,
    negate,
    rises,
)
from backprop_docgen.pages.offered import what
from backprop_docgen.pages.page_state import PageState
from backprop_docgen.pages.pieces import EndPiece, FigurePiece, Label
from backprop_docgen.pages.reference import SECTIONS, Reader
from backprop_docgen.pages.roles import (
    INTEGER,
    Roles,
    count_of,
    derivative,
)
from backprop_docgen.pages.said_of_functions import SAID
from backprop_docgen.pages.table import HEADINGS, all_values, few, left_out, meaning, table
from backprop_docgen.pages.variables import PageView, Variables
from backprop_docgen.pages.views import MistakeView, ModelView, NetworkView
from backprop_docgen.slips.mistakes import RULE_OF, Mistake, known_mistakes
from backprop_docgen.worksheet.course import milestones
from backprop_docgen.worksheet.names import Name
from backprop_docgen.worksheet.worksheet import Quantity

_MOST_LISTED: Final = 12
_SHOWS: Final = ("sym", "shown", "value", "name")
_PLAIN: Final = (absolute, log, falls, rises, alike, all_of, any_of, negate, matrix, relation)
"""Functions that need nothing of the page."""

_QUANTITY: Final = Kind("a quantity, such as w5, or its name in quotes", lambda x: isinstance(x, Reference | str))
_ASKED: Final = Kind(
    "a quantity, such as w5, or a list of two or three to be put in order",
    lambda x: all(map(_QUANTITY.fits, x)) if isinstance(x, list) else _QUANTITY.fits(x),
)
_NUMBER: Final = Kind("a number of the page, such as w5 + 0.5", lambda x: isinstance(x, Number))
_CHOICES: Final = many(_NUMBER, "a list of wrong numbers, such as [h.net, 2 * h.out]")
_COUNTED: Final = Kind(
    "a list of the network, such as network.weights, or a count", lambda x: isinstance(x, Number | list)
)
_SEQUENCE: Final = Kind("a list, such as network.weights", lambda x: isinstance(x, list | tuple))
_MOST: Final = whole(0, 10**6).or_none()
_ACTIVATION: Final = one_of(tuple(ACTIVATIONS)).or_none()
_WEIGHT: Final = Kind("a weight, such as w7, or its name in quotes", _QUANTITY.fits)
_LABEL: Final = Kind(
    "letters, digits, - and _ in quotes, the first a letter",
    lambda value: isinstance(value, str) and re.fullmatch(r"([A-Za-z][\w-]*)?", value, re.ASCII) is not None,
)
_SHEETS: Final = many(TEXT, "the name of a worksheet in quotes, or a list of such names").or_text()
_COLUMNS: Final = many(TEXT, f"a list of columns: {', '.join(HEADINGS)}")


def functions(state: PageState) -> dict[str, object]:
    """Everything a template of this page may use, by name."""
    roles = Roles(state.course, state)
    known = cache(lambda: known_mistakes(state.course))
    output = roles.spec.layers[-1].activation
    offered: dict[str, tuple[Callable[..., object], dict[str, Kind]]] = {
        "q": (lambda name: checked(state, roles.reference(name)), {"name": TEXT}),
        "d": (lambda of, by: checked(state, derivative(roles, of, by)), {"of": _QUANTITY, "by": _QUANTITY}),
        "situations": (lambda **conditions: Situations(conditions), {}),
        "one_or_several": (
            lambda items: Situations({"one": len(list(items)) == 1, "several": True}),
            {"items": LIST},
        ),
        "mistake": (lambda key: _mistake(known(), roles, key), {"key": one_of(RULE_OF)}),
        "few": (lambda items, most=None: few(roles, items, most), {"items": LIST, "most": _MOST}),
        "eq": (
            lambda x, number=True, result=False: _equation(state, _reference(roles, x), number, result),
            {"x": _QUANTITY, "number": FLAG, "result": FLAG},
        ),
        "formula": (
            lambda x, number=True, result=False: _formula(state, _reference(roles, x), number, result),
            {"x": _QUANTITY, "number": FLAG, "result": FLAG},
        ),
        "activation_rule": (
            lambda name=None, number=True: _activation(state, name or output, number),
            {"name": _ACTIVATION, "number": FLAG},
        ),
        "slope_rule": (
            lambda name=None, number=True: _slope(state, name or output, number),
            {"name": _ACTIVATION, "number": FLAG},
        ),
        "loss_rule": (lambda: _loss(state, roles.spec.loss), {}),
        "inline_rule": (
            lambda kind, name=None: _inline_rule(state, kind, name or output),
            {"kind": one_of(RULES), "name": _ACTIVATION},
        ),
        "eqref": (
            lambda x: state.refer(Label("eq", x.full_name if isinstance(x, Reference) else x)),
            {"x": Kind("a quantity, or the label of an equation in quotes", _QUANTITY.fits)},
        ),
        "figure": (
            lambda kind, caption, at="", of="", weight="", label="", number=True: _figure(
                state, kind, caption, at, of if isinstance(of, str) else "+".join(of), weight, label, number
            ),
            {
                **{"kind": TEXT, "caption": TEXT, "at": one_of(STEPS), "of": _SHEETS},
                **{"weight": _WEIGHT, "label": _LABEL, "number": FLAG},
            },
        ),
        "figref": (lambda kind: state.refer(Label("fig", kind)), {"kind": TEXT}),
        "count": (
            lambda what, singular=None, plural=None, gender="m": _count(state, roles, what, singular, plural, gender),
            {"what": _COUNTED, "singular": TEXT.or_none(), "plural": TEXT.or_none(), "gender": one_of(("m", "f"))},
        ),
        "listing": (
            lambda items, kind="and", show="sym": _listing(state, items, kind, show),
            {"items": LIST, "kind": one_of(("and", "or")), "show": one_of(_SHOWS)},
        ),
        "invite": (
            lambda x, to: state.put(invitation(state, state.course.default.network, _reference(roles, x), to)),
            {"x": _QUANTITY, "to": _NUMBER},
        ),
        "ask": (
            lambda x, kind="number", digits=None, choices=(): ask.ask(
                state, [_reference(roles, each) for each in (x if isinstance(x, list) else [x])], kind, digits, choices
            ),
            {"x": _ASKED, "kind": one_of(ask.KINDS), "digits": whole(1, 12).or_none(), "choices": _CHOICES},
        ),
        "left_out": (
            lambda items, most=None: left_out(state, roles, items, most),
            {"items": _SEQUENCE, "most": _MOST},
        ),
        "table": (
            lambda items, columns=("symbol", "meaning", "value"): table(state, roles, list(items), columns),
            {"items": LIST, "columns": _COLUMNS},
        ),
        "all_values": (lambda: all_values(state, roles), {}),
        "download": (lambda kind: state.download(kind), {"kind": one_of(("csv", "json", "xlsx", "ipynb"))}),
        "published": (lambda text, by: _published(text, by), {"text": TEXT, "by": _QUANTITY.or_none()}),
        "meaning": (lambda x: meaning(state, _reference(roles, x).full_name), {"x": _QUANTITY}),
        "reference": (
            lambda section: Reader(state, given).section(section),
            {"section": one_of(SECTIONS)},
        ),
    }
    given: dict[str, object] = {
        "network": NetworkView(roles),
        "model": ModelView(roles),
        "milestones": [
            Reference(state, f"count:milestone_{index + 1}", INTEGER)
            for index in range(len(milestones(roles.spec.training.iterations)))
        ],
        "lang": state.language.code,
        "config": Variables("config", state.settings),
        "page": PageView(state.file, state.source),
        **{function.__name__: function for function in _PLAIN},
        **{name: _named(name, function, kinds) for name, (function, kinds) in offered.items()},
    }
    return given


def _named(name: str, function: Callable[..., object], kinds: Mapping[str, Kind]) -> Callable[..., object]:
    function.__name__ = name
    function.__doc__ = SAID[name]
    return takes(**kinds)(function)


def checked(state: PageState, reference: Reference) -> Reference:
    """The reference; raises QuantityError when there is no such quantity."""
    state.quantity(reference.full_name)
    return reference


def _reference(roles: Roles, item: object) -> Reference:
    if isinstance(item, Reference):
        return item
    if isinstance(item, str):
        return roles.reference(item)
    raise TemplateError(Problem(f"{what(item)} is not a quantity", advice="Give one, such as w5, or a name in quotes."))


def _local(state: PageState, reference: Reference) -> Callable[[str], Quantity]:
    """Looks up the names in a formula: they are those of the reference's own worksheet."""
    sheet = Name.parse(reference.full_name).sheet
    return lambda name: state.quantity(f"{sheet}:{name}" if sheet else name)


def _equation(state: PageState, reference: Reference, number: bool, result: bool) -> str:
    quantity, sheet = reference.quantity, Name.parse(reference.full_name).sheet
    if quantity.tree is None:
        raise TemplateError(Problem("comes from the engine and has no formula", key=reference.full_name))
    found = ladder(quantity, _local(state, reference), state.language, state.decimals, sheet)
    marks = f' data-ladder="{reference.full_name}"'
    return display(state, found.tex, reference.full_name if number else None, found.names, marks, result)


def _formula(state: PageState, reference: Reference, number: bool, result: bool) -> str:
    tex = definition(reference.quantity, _local(state, reference), state.language)
    of = f"formula:{reference.full_name}"
    return display(state, tex, of if number else None, marks=f' data-made="{of}"', result=result)


def _activation(state: PageState, name: str, number: bool) -> str:
    label = _once(state, "activation", name) if number else None
    marks = f' data-made="rule:activation:{name}"'
    return display(state, activation_rule(name, state.language), label, marks=marks)


def _slope(state: PageState, name: str, number: bool) -> str:
    label = _once(state, "slope", name) if number else None
    marks = f' data-made="rule:slope:{name}"'
    return display(state, slope_rule(name, state.language), label, marks=marks)


def _once(state: PageState, kind: str, name: str) -> str:
    """The label of a rule: plain for the output layer's function, with its name for another one."""
    output = state.course.default.network.layers[-1].activation
    return kind if name == output else f"{kind}:{name}"


def _loss(state: PageState, name: str) -> str:
    outputs = topology(state.course.default.network).outputs
    return display(state, loss_rule(name, state.language, outputs), "loss", marks=f' data-made="rule:loss:{name}"')


def _inline_rule(state: PageState, kind: str, name: str) -> str:
    """A general rule in running text, or in a table; of the loss, and its slope, that of the network."""
    network = state.course.default.network
    name = network.loss if kind.startswith("loss") else name
    tex = rule(kind, name, state.language, topology(network).outputs)
    return f'<span data-made="rule:{kind}:{name}">$`{tex}`$</span>'


def _figure(
    state: PageState, kind: str, caption: str, at: str, of: str, weight: str | Reference, label: str, number: bool
) -> str:
    shown = Shown(kind, of, _followed(weight, of))
    usual = f"{shown}:{at}" if at else str(shown)
    before = [Shown.parse(each.shown)._replace(copy=1) for each in state.record if isinstance(each, FigurePiece)]
    shown = shown._replace(copy=1 + before.count(shown))
    Scene.of(str(shown), state.course, state.language)  # it can be drawn
    if at and kind not in STEPPING:
        advice = f"Those that have: {', '.join(STEPPING)}."
        raise TemplateError(Problem("a figure of this kind has no steps", key=kind, advice=advice))
    if label and not number:
        message = "a figure without a number cannot be referred to"
        raise TemplateError(Problem(message, key=label, advice="Leave out the label, or number=false."))
    piece = FigurePiece(shown=str(shown), at=at, label=(label or usual) if number else None, line=state.line())
    return state.block(f"{state.put(piece)}{caption}{state.put(EndPiece())}")


def _followed(weight: str | Reference, of: str) -> str:
    """The name of a weight; raises TemplateError for one of another worksheet, or after an update."""
    if isinstance(weight, str):
        return weight
    name = Name.parse(weight.full_name)
    if name.sheet not in ("", of) or name.step:
        advice = f'Name it alone: weight="{name.base}".'
        message = "a figure follows a weight of its own network"
        raise TemplateError(Problem(message, key=weight.full_name, advice=advice))
    return name.base


def _count(
    state: PageState,
    roles: Roles,
    what: object,
    singular: str | None = None,
    plural: str | None = None,
    gender: str = "m",
) -> str:
    """A count as a word (in digits when large), with its noun if one is given."""
    number = count_of(roles, what)
    style = Format("word", gender=gender, noun=singular is not None)
    value = int(number.value().double)
    word: Number = Number(state, number.tree, style if 0 <= value <= WORDS_UP_TO else Format("integer"))
    if isinstance(number, Reference):
        word = Reference(state, number.full_name, word.style)
    return f"{word} {state.language.plural(value, singular, plural)}" if singular else str(word)


def _listing(state: PageState, items: Iterable[object], kind: str, show: str) -> str:
    """Items as a list in running text, by symbol, value, name, or symbol with value; a long one abridged."""
    found = list(items)
    long = len(found) > _MOST_LISTED
    if long:
        found = [*found[:3], found[-1]]
    names = [str(getattr(item, "name", item)) for item in found]
    separator = f"{state.language.list_separator} "
    if show == "value":
        texts = [str(item) for item in found]
    elif show == "name":
        texts = names
    else:
        texts = [_symbol(item, show) for item in found]
    if long:
        return separator.join([*texts[:-1], "…", texts[-1]])
    if show == "value":
        return separator.join(texts)
    return state.language.enumerate(texts, kind, names)


def _symbol(item: object, show: str) -> str:
    text = getattr(item, show, None)
    if text is None:
        raise TemplateError(Problem(f'{what(item)} has no {show}; expected quantities or neurons, or show="name"'))
    return str(text)


def _published(text: str, by: object) -> str:
    """A figure quoted as others published it, with the quantity that explains it."""
    explained = f' data-explained="{by.full_name}"' if isinstance(by, Reference) else ""
    return f'<span class="published"{explained}>{text}</span>'


def _mistake(known: Mapping[str, Mistake], roles: Roles, key: str) -> MistakeView | None:
    found = known.get(key)
    if found is None:
        return None
    # with several examples both sides are means over them
    true = "dE_total/" if len(roles.spec.examples) == 1 else "dE_mean/"
    right = found.quantity.replace("dE_sequential/", true)
    return MistakeView(roles.reference(f"{key}:{found.quantity}"), roles.reference(right), roles.reference(right))
