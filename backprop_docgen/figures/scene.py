"""What a figure is drawn from, what V8 needs of it as JSON, and who draws it."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple, Protocol

import numpy as np
from numpy.typing import ArrayLike

from backprop_docgen.errors import Problem, TemplateError, did_you_mean
from backprop_docgen.figures.answers import answers, check_square, digits
from backprop_docgen.figures.figure import Figure, Request, draw_all
from backprop_docgen.network.topology import topology
from backprop_docgen.numbers.language import Language
from backprop_docgen.v8.context import Context
from backprop_docgen.worksheet.course import Course, Sheet
from backprop_docgen.worksheet.names import Name
from backprop_docgen.worksheet.variants import model_weights

KINDS: Final = (
    *("bare-network", "network-values", "output-path", "hidden-paths"),
    *("circuit", "small-circuit", "loss-curve", "before-after"),
    *("waterfall", "regions", "curves"),
)
"""Every kind of figure, by the name that templates use."""
SEVERAL: Final = ("regions", "curves")
"""Those that may show several worksheets beside one another."""
TRAINED: Final = ("loss-curve", "curves")
"""Those that show how the loss goes while the network is trained."""
STEPPING: Final = ("circuit", "small-circuit")
"""Those that a reader can go through step by step."""
FOLLOWING: Final = ("output-path", "hidden-paths", "circuit", "small-circuit")
"""Those that follow one weight: that of the network file (``model_output_weight`` …), or one that a page names."""
STEPS: Final = ("inputs", "forward", "loss", "delta", "weights", "fork", "hidden")
"""At which steps a page may start them (``circuit_plan.mjs``)."""


_MOST_LISTED: Final = 12
_MOST_COPIES: Final = 99  # of one figure on one page
_DRAWN_LAYERS: Final = 3  # of a longer network the circuit draws the first and the last one (``circuit_plan.mjs``)
_SHOWN: Final = re.compile(
    r"(?P<kind>[^@/#]*)(?:@(?P<sheets>[^/#]*))?(?:/(?P<weight>[^#]*))?(?:#(?P<copy>[0-9]{1,2}))?"
)


class Shown(NamedTuple):
    """What a figure shows, as pages and checks call it: "circuit", "circuit@warm-up", "output-path/w7", "circuit#2".

    ``sheets`` are names of worksheets joined by "+", ``weight`` the one that is followed; "" for the network's own.
    ``copy`` counts the same figure on a page, so that the ids in it stay apart.
    """

    kind: str
    sheets: str = ""
    weight: str = ""
    copy: int = 1

    def __str__(self) -> str:
        sheets, weight = f"@{self.sheets}" * bool(self.sheets), f"/{self.weight}" * bool(self.weight)
        return f"{self.kind}{sheets}{weight}" + f"#{self.copy}" * (self.copy > 1)

    @classmethod
    def parse(cls, text: str) -> Shown:
        """The inverse of ``str``; a text that is none is taken for a kind, which is not there."""
        found = _SHOWN.fullmatch(text)
        if found is None:
            return cls(text)
        return cls(found["kind"], found["sheets"] or "", found["weight"] or "", int(found["copy"] or 1))


@dataclass(frozen=True)
class Scene:
    """A figure of one kind, of a worksheet and its network, in a language; ``more`` are worksheets beside the first.

    ``weight`` is followed in place of the network's own; ``copy`` counts the same figure on a page. Raises
    TemplateError for an unknown kind, or for a worksheet or a weight that cannot be shown so.
    """

    kind: str
    sheet: Sheet
    language: Language
    more: tuple[Sheet, ...] = ()
    weight: str = ""
    copy: int = 1

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            advice = did_you_mean(self.kind, KINDS)
            raise TemplateError(Problem("there is no figure of this kind", key=self.kind, advice=advice))
        if self.more and self.kind not in SEVERAL:
            advice = f"Those that show several: {', '.join(SEVERAL)}."
            raise TemplateError(Problem("a figure of this kind shows one worksheet", key=self.kind, advice=advice))
        if self.kind in TRAINED and any(each.varied for each in self.sheets):
            advice = "Take a worksheet that has a network of its own."
            message = "a worksheet of replaced formulas is not trained"
            raise TemplateError(Problem(message, key=self.kind, advice=advice))
        if self.weight:
            self._check_weight()
        if self.kind == "hidden-paths" and model_weights(self.sheet.network).hidden is None:
            advice = "Show this figure only where the network has a hidden layer."
            raise TemplateError(Problem("the network has no hidden layer", key=self.kind, advice=advice))
        if self.kind == "regions":
            for each in self.sheets:
                check_square(each)

    def _check_weight(self) -> None:
        """The weight is one that this kind of figure can follow. Raises TemplateError with those there are."""
        if self.kind not in FOLLOWING:
            advice = f"Those that follow one: {', '.join(FOLLOWING)}."
            raise TemplateError(Problem("a figure of this kind follows no weight", key=self.kind, advice=advice))
        layers = topology(self.sheet.network).weights
        every = [name for layer in layers for row in layer for name in row]
        if self.weight not in every:
            advice = did_you_mean(self.weight, every) or _those("The network has", every)
            raise TemplateError(Problem("there is no weight of this name", key=self.weight, advice=advice))
        followed = {
            "hidden-paths": layers[:-1],
            "circuit": layers if len(layers) <= _DRAWN_LAYERS else (layers[0], layers[-1]),
        }.get(self.kind, layers[-1:])
        fitting = [name for layer in followed for row in layer for name in row]
        if self.weight not in fitting and fitting:  # without a hidden layer that is said instead
            message = f"the figure {self.kind} does not follow this weight"
            raise TemplateError(Problem(message, key=self.weight, advice=_those("It follows", fitting)))

    @classmethod
    def of(cls, shown: str, course: Course, language: Language) -> Scene:
        """What a page calls "circuit", "circuit@warm-up" or "output-path/w7" (:class:`Shown`).

        Named worksheets have networks of their own, so what is drawn of them stays whatever a reader changes. Raises
        TemplateError with the nearest name where there is none.
        """
        kind, names, weight, copy = Shown.parse(shown)
        if copy > _MOST_COPIES:
            raise TemplateError(Problem(f"stands on this page more than {_MOST_COPIES} times", key=kind))
        if not names:
            return cls(kind, course.default, language, (), weight, copy)
        known = [name for name, sheet in course.sheets.items() if sheet.network is not course.default.network]
        for name in names.split("+"):
            if name not in known:
                advice = did_you_mean(name, known)
                message = f"there is no worksheet {name!r} with a network of its own"
                raise TemplateError(Problem(message, key=kind, advice=advice))
        first, *more = [course.sheets[name] for name in names.split("+")]
        return cls(kind, first, language, tuple(more), weight, copy)

    @property
    def sheets(self) -> list[Sheet]:
        """All that it shows."""
        return [self.sheet, *self.more]


def requests(scenes: Iterable[Scene]) -> list[Request]:
    """What V8 needs of each scene; what several of them share is made once."""
    known: dict[int, str] = {}

    def data(sheet: Sheet) -> str:
        if id(sheet) not in known:
            known[id(sheet)] = _json(_sheet_data(sheet))
        return known[id(sheet)]

    found = []
    for scene in scenes:
        trained = _together(map(_training, scene.sheets, [scene.kind] * len(scene.sheets)))
        sheets, language = _together(map(data, scene.sheets)), _json(scene.language.to_json())
        found.append(Request(scene.kind, sheets, language, trained, _own(scene)))
    return found


def _own(scene: Scene) -> str:
    """What the figure has and its worksheet has not."""
    weight: dict[str, object] = {"weight": scene.weight} if scene.weight else {}
    return _json(weight | ({"copy": scene.copy} if scene.copy > 1 else {}))


def _those(begin: str, names: Sequence[str]) -> str:
    """A sentence that lists some names; of many, the first ones and the last."""
    some = names if len(names) <= _MOST_LISTED else [*names[: _MOST_LISTED - 1], "…", names[-1]]
    return f"{begin} {', '.join(some)}."


def _together(texts: Iterable[str]) -> str:
    """JSON of one worksheet, or a list of several."""
    first, *more = texts
    return f"[{','.join([first, *more])}]" if more else first


class Drawer(Protocol):
    """Draws figures."""

    def begin(self, scenes: Sequence[Scene]) -> None:
        """These will be asked for: whoever can do it meanwhile, begins."""

    def draw(self, scenes: Sequence[Scene]) -> list[Figure]:
        """The figure of each scene. Raises V8Error."""


@dataclass(frozen=True)
class OnDemand:
    """Draws in this process: V8 starts with the first figure."""

    context: Context = field(default_factory=Context)

    def begin(self, scenes: Sequence[Scene]) -> None:
        """Nothing is done ahead."""

    def draw(self, scenes: Sequence[Scene]) -> list[Figure]:
        """The figure of each scene, all in one batch. Raises V8Error."""
        return draw_all(self.context, requests(scenes))


def _sheet_data(sheet: Sheet) -> dict[str, object]:
    """The scene of ``scene.mjs`` without language and losses; values instead of a worksheet that computes them."""
    network, model, worksheet = sheet.network, model_weights(sheet.network), sheet.worksheet
    names = [name for name, mark in worksheet.order() if not mark]  # those of the worked example
    values = [worksheet.value(name) for name in names]
    layers = [{"activation": layer.activation} for layer in network.layers]
    return {
        "network": {"network": {"loss": network.loss}, "layer": layers, "example": [None] * len(network.examples)},
        "names": topology(network).to_json(),
        "values": {
            "names": names,
            "doubles": _doubles([each.double for each in values]),
            "digits": [digits(each) for each in values],
        },
        "decimals": network.display.decimals,
        "outputWeight": model.output,
        "hiddenWeight": model.hidden,
        "prefix": f"{sheet.worksheet.sheet}:" if sheet.worksheet.sheet else "",
    }


def _training(sheet: Sheet, kind: str) -> str:
    """What a figure of this kind shows of the training."""
    if kind == "regions":
        return _json(answers(sheet))
    return _losses(sheet) if kind in TRAINED else ""


def _losses(sheet: Sheet) -> str:
    """The mean loss after 0, 1, … updates, and the last one as the pages tell it."""
    losses, network = sheet.history().losses, sheet.network
    loss = Name("E_total" if len(network.examples) == 1 else "E_mean", step=len(losses) - 1)
    last = sheet.quantity(loss).number
    return _json({"doubles": _doubles(losses), "last": {"double": _doubles([last.double]), "digits": digits(last)}})


def _doubles(values: ArrayLike) -> str:
    """To the last bit, infinite ones and NaN as well, which JSON does not know."""
    return b64encode(np.asarray(values, "<f8").tobytes()).decode()


def _json(data: object) -> str:
    return json.dumps(data, separators=(",", ":"))
