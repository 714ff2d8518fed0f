"""The Python API: a network's tutorial as an object, at home in a notebook. What is listed in ``__all__`` is stable.

::

    import backprop_docgen as bd

    t = bd.load("network.toml")  # or a dict with the file's tables and keys
    t["dE_total/dw5"]  # shows itself as an equation
    t["dE_total/dw5"].value, t["net_h1"].exact, t["out_o1"].formula
    t.figure("circuit", language="es")
    t.train(1000).losses
    t.replace(w5="0.9", eta="0.1")["E_total@1"]
    t.explain("0.3825", quantities=["net_h1"])

Every number is computed as for the site, and what is wrong is told in the same words as at the command line: all
errors are :class:`BackpropError`, whose text is the message, with all problems at once.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from voluptuous import MultipleInvalid

from backprop_docgen.engine.array_functions import Array
from backprop_docgen.errors import BackpropError, Problem, QuantityError, SiteError
from backprop_docgen.figures.figure import Figure
from backprop_docgen.figures.scene import OnDemand, Scene, Shown
from backprop_docgen.latex.equation import print_quantity
from backprop_docgen.latex.formula import equation_tex, formula_text
from backprop_docgen.network.data import network_from, replaced
from backprop_docgen.network.file import read_network
from backprop_docgen.network.network import Network
from backprop_docgen.network.schema import TABLES
from backprop_docgen.network.topology import topology
from backprop_docgen.numbers.language import Language, load_language, packaged_languages
from backprop_docgen.settings.validation import problems, validated
from backprop_docgen.slips import explained
from backprop_docgen.slips.mistakes import add_variations
from backprop_docgen.worksheet import worksheet
from backprop_docgen.worksheet.agreement import parameters_by_name
from backprop_docgen.worksheet.course import build_course
from backprop_docgen.worksheet.describe import describe

if TYPE_CHECKING:
    from pandas import DataFrame

__all__ = ["BackpropError", "Drawing", "Explained", "Number", "Quantity", "Training", "Tutorial", "load"]

Number: TypeAlias = str | int | float | Decimal
"""A number, taken as it is written: ``"0.9"``, ``0.9`` and ``Decimal("0.9")`` are the same decimal."""

_MOST_ROWS: Final = 200  # of a table that shows itself


def load(source: str | PathLike[str] | Mapping[str, Any], language: str = "en") -> Tutorial:
    """The tutorial of a network file, or of a dict with the file's tables and keys (``network.schema.json``).

    ``language`` ("en", "es") is the one in which it shows itself. Raises BackpropError with every problem found.
    """
    if isinstance(source, Mapping):
        return Tutorial(network_from(source), None, language)
    return Tutorial(read_network(Path(source)), str(source), language)


class Tutorial:
    """Every quantity of a network, by name; its figures, its training. It never changes: ``replace`` gives another one.

    ``t["out_o1"]`` is a quantity of the worked example, ``t["out_o1[2]"]`` of the second one, ``t["w5@1"]`` after one
    update; all names: ``list(t)``. ``t["plus:w5@1"]`` is what a common mistake makes of it, ``t["count:weights"]`` a
    count.
    """

    def __init__(
        self, network: Network, file: str | None = None, language: str = "en", drawer: OnDemand | None = None
    ) -> None:
        self.network = network
        self._file = file
        self._languages: dict[str, Language] = {}
        self.language = self._spoken(language).code
        self._drawer = drawer or OnDemand()
        self._course = build_course(network, file)
        add_variations(self._course)

    def __getitem__(self, name: str) -> Quantity:
        """A quantity; raises QuantityError with the nearest names."""
        return Quantity(self, name, self._course.quantity(name))

    def __iter__(self) -> Iterator[str]:
        """The names of the worksheet, in the order in which they are computed."""
        return iter(self._course.default.worksheet.names())

    def __len__(self) -> int:
        return len(self._course.default.worksheet)

    def __contains__(self, name: object) -> bool:
        try:
            return isinstance(name, str) and bool(self._course.quantity(name))
        except QuantityError:
            return False

    def quantities(self, names: Iterable[str] | None = None) -> list[Quantity]:
        """The quantities with these names, or all of the worksheet; QuantityError holds every unknown name."""
        found: list[Quantity] = []
        wrong: list[Problem] = []
        for name in self if names is None else names:
            try:
                found.append(self[name])
            except QuantityError as error:
                wrong += error.problems
        if wrong:
            raise QuantityError(wrong)
        return found

    def values(self, names: Iterable[str] | None = None) -> dict[str, float]:
        """The nearest doubles, by name; raises as :meth:`quantities`."""
        return {quantity.name: quantity.value for quantity in self.quantities(names)}

    def to_json(self, names: Iterable[str] | None = None) -> str:
        """The quantities as ``values --format json`` prints them; raises as :meth:`quantities`."""
        from backprop_docgen.site.data_files import values_json  # what writes a site's files takes longer to import

        return values_json(self._course, [quantity.name for quantity in self.quantities(names)])

    def to_csv(self, names: Iterable[str] | None = None) -> str:
        """The quantities as ``values --format csv`` prints them; raises as :meth:`quantities`."""
        from backprop_docgen.site.data_files import values_csv

        return values_csv(self._course, [quantity.name for quantity in self.quantities(names)])

    def to_frame(self, names: Iterable[str] | None = None) -> DataFrame:
        """A data frame by name: ``meaning``, ``value`` (double), ``printed``, ``exact`` (whether), ``formula``.

        Raises as :meth:`quantities`, and BackpropError where pandas is not installed.
        """
        try:
            from pandas import DataFrame, Index
        except ImportError:
            advice = "Install it (pip install pandas), or take t.values(), a dict."
            raise BackpropError(Problem("pandas is not installed", advice=advice)) from None
        found = self.quantities(names)
        columns = {
            "meaning": [quantity.meaning() for quantity in found],
            "value": [quantity.value for quantity in found],
            "printed": [quantity.printed for quantity in found],
            "exact": [quantity.exact is not None for quantity in found],
            "formula": [quantity.formula for quantity in found],
        }
        return DataFrame(columns, index=Index([quantity.name for quantity in found], name="name"))

    def figure(self, kind: str, language: str | None = None, weight: str = "") -> Drawing:
        """A figure, as the pages have it: "circuit", "network-values", "loss-curve" …

        "output-path", "hidden-paths" and the circuits follow a ``weight``, "w7", in place of the network file's own.
        Raises TemplateError for an unknown kind or weight, with the nearest, or one that the network has not.
        """
        scene = Scene.of(str(Shown(kind, weight=weight)), self._course, self._spoken(language))
        return Drawing(self._drawer.draw([scene])[0])

    def train(self, iterations: int | None = None) -> Training:
        """So many updates (at most a million), by default as many as the file says; raises QuantityError."""
        count = self.network.training.iterations if iterations is None else iterations
        try:
            count = validated(TABLES["training"].keys["iterations"], count)
        except MultipleInvalid as error:
            raise QuantityError([replace(each, key="iterations") for each in problems(error, None)]) from None
        history = self._course.run(self.network, count, [count])
        losses = history.losses.copy()
        losses.flags.writeable = False
        return Training(losses, parameters_by_name(topology(self.network), history.parameters[count]))

    def replace(self, numbers: Mapping[str, Number] | None = None, /, **more: Number) -> Tutorial:
        """Another tutorial with other given numbers, by name: ``replace(w5="0.9", eta=1)``, ``replace({"i1[2]": 0})``.

        Raises NetworkError with every problem found, and the nearest name of what is given.
        """
        changed = replaced(self.network, {**(numbers or {}), **more}, self)
        return Tutorial(changed, None, self.language, self._drawer)

    def explain(self, *numbers: Number, quantities: Sequence[str] = (), language: str | None = None) -> Explained:
        """What numbers are, or which slip gives them: each for its quantity, all for one, or left open.

        The digits written count, so text says more than a float: ``explain("0.3825", quantities=["net_h1"])``. Raises
        QuantityError with every problem found.
        """
        words = [number if isinstance(number, str) else str(number) for number in numbers]
        return Explained(explained.explain(self._course.default, words, quantities, self._spoken(language)))

    def _spoken(self, code: str | None) -> Language:
        code = code or self.language
        if code not in (known := packaged_languages()):
            advice = f"There are {' and '.join(known)}."
            raise SiteError(Problem("there are no words in this language", key=code, advice=advice))
        if code not in self._languages:
            mark = self.network.display.decimal_mark.get(code, ".")
            self._languages[code] = load_language(code, mark)
        return self._languages[code]

    def __repr__(self) -> str:
        shape = "-".join(map(str, (self.network.inputs, *(layer.neurons for layer in self.network.layers))))
        return f"<Tutorial {self._file or 'of a network'}: {shape}, {len(self)} quantities>"

    def _ipython_key_completions_(self) -> list[str]:
        return list(self)

    def _repr_html_(self) -> str:
        names = list(self)
        rows = "".join(
            f"<tr><th>{html.escape(each.name)}</th><td>{html.escape(each.meaning())}</td>"
            f"<td>{each.relation} {each.printed}</td><td>{html.escape(each.formula)}</td></tr>"
            for each in self.quantities(names[:_MOST_ROWS])
        )
        rest = f"<p>{_MOST_ROWS} / {len(names)}</p>" if len(names) > _MOST_ROWS else ""
        return f"<table>{rows}</table>{rest}"


@dataclass(frozen=True)
class Quantity:
    """A named number, dimensionless, which shows itself as its equation. ``float(q)`` and ``f"{q:.3f}"`` work."""

    _tutorial: Tutorial
    name: str
    _computed: worksheet.Quantity

    @property
    def value(self) -> float:
        """The nearest double."""
        return self._computed.value

    @property
    def exact(self) -> Fraction | None:
        """The rational value, where it is known: not after exp, ln or tanh, nor of more than forty digits."""
        return self._computed.exact

    @property
    def printed(self) -> str:
        """The number as the site prints it, with a point: every digit holds."""
        return print_quantity(self._computed, self._tutorial.network.display.decimals).text()

    @property
    def relation(self) -> str:
        """ "=" where what is printed is the value itself, else "≈"."""
        return "=" if print_quantity(self._computed, self._tutorial.network.display.decimals).exact else "≈"

    @property
    def symbol(self) -> str:
        """LaTeX of its symbol."""
        return self._computed.symbol

    @property
    def formula(self) -> str:
        """The formula over the names of quantities, as plain text; "" where it has none."""
        return formula_text(self._computed)

    def meaning(self, language: str | None = None) -> str:
        """What it is, in words."""
        return describe(self.name, self._tutorial._spoken(language))

    def latex(self, language: str | None = None) -> str:
        """LaTeX of the equation that pages display: symbol = formula = numbers put in ≈ value."""
        prefix = self.name.rpartition(":")[0]
        found = self._tutorial._course.quantity
        spoken, decimals = self._tutorial._spoken(language), self._tutorial.network.display.decimals
        return equation_tex(self._computed, lambda x: found(f"{prefix}:{x}" if prefix else x), spoken, decimals)

    def __float__(self) -> float:
        return self.value

    def __format__(self, spec: str) -> str:
        return format(self.value, spec) if spec else str(self)

    def __str__(self) -> str:
        return f"{self.name} {self.relation} {self.printed}"

    def __repr__(self) -> str:
        return f"<{self}>"

    def _repr_latex_(self) -> str:
        return rf"$\displaystyle {self.latex()}$"

    def _repr_markdown_(self) -> str:
        return self._repr_latex_()


@dataclass(frozen=True, repr=False)
class Drawing:
    """A figure, which shows itself."""

    _figure: Figure

    @property
    def svgs(self) -> tuple[str, ...]:
        """The drawings as pages hold them, in portrait and mostly in landscape, without colours of their own."""
        return self._figure.svgs

    @property
    def svg(self) -> str:
        """The last of them, mostly in landscape, as an image of its own: on paper, in its colours."""
        from backprop_docgen.figures.coloured import standalone

        return standalone(self.svgs[-1])

    @property
    def alt(self) -> str:
        """What it shows, in words."""
        return self._figure.alt

    @property
    def names(self) -> tuple[str, ...]:
        """The quantities whose numbers it shows, in order."""
        return self._figure.names

    def save(self, path: str | PathLike[str]) -> None:
        """Write the SVG into a file."""
        try:
            Path(path).write_text(self.svg, "utf-8")
        except OSError as error:
            raise SiteError(Problem(error.strerror or str(error), str(path))) from None

    def __repr__(self) -> str:
        return f"<Drawing: {self.alt}>"

    def _repr_svg_(self) -> str:
        return self.svg


@dataclass(frozen=True, eq=False)
class Training:
    """A training run: ``losses[k]`` is the (mean) loss after k updates, of shape (iterations + 1,), dimensionless.

    ``parameters`` are the weights and biases after the last one, in doubles, by name.
    """

    losses: Array
    parameters: Mapping[str, float]

    def __repr__(self) -> str:
        return f"<Training: {len(self.losses) - 1} updates, loss {self.losses[0]:.6g} → {self.losses[-1]:.6g}>"


@dataclass(frozen=True, repr=False)
class Explained:
    """What was found out about numbers; ``print`` shows it as ``backprop-docgen explain`` does."""

    _found: explained.Explained

    @property
    def answers(self) -> list[dict[str, object]]:
        """A dict for each number, as in ``explain --format json``: number, quantity, verdict, explanations."""
        return self._found.answers

    @property
    def together(self) -> list[dict[str, str]]:
        """What explains several of the numbers at once: rule and text."""
        return self._found.together

    @property
    def unknown(self) -> bool:
        """Whether any of the numbers could not be explained."""
        return self._found.unknown

    def __str__(self) -> str:
        return str(self._found)

    def __repr__(self) -> str:
        verdicts = (f"{each['number']} {each['verdict']}" for each in self.answers)
        return f"<Explained: {', '.join(verdicts)}>"

    def _repr_html_(self) -> str:
        return f"<pre>{html.escape(str(self))}</pre>"
