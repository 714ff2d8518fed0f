"""A table: one row per activation and per loss, with the trees of its value and its derivative.

The rows are written over placeholders (``net``, ``out``, ``target``, ``n``) that
:func:`backprop_docgen.formula.tree.substitute` replaces by the quantities of a neuron. Sources of
the formulas: C. M. Bishop, *Pattern Recognition and Machine Learning*, §4.3 and §5.2.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from backprop_docgen.formula.tree import (
    Constant,
    Expression,
    Function,
    Power,
    Product,
    Quotient,
    Sum,
    Symbol,
    constant,
    difference,
    negative,
)

NET: Final = Symbol("net")
OUT: Final = Symbol("out")
TARGET: Final = Symbol("target")
COUNT: Final = Symbol("n")  # the number of outputs: a whole number, put in as a constant
ONE: Final = constant(1)


@dataclass(frozen=True)
class Activation:
    """An activation function.

    ``value``: tree in ``net``; ``derivative``: tree in ``net`` and ``out``; ``symbol``: its LaTeX
    name. ``coupled``: each output depends on every net input of the layer (softmax), so both
    trees are made neuron by neuron in :mod:`backprop_docgen.worksheet.backpropagation`.
    """

    value: Expression
    derivative: Expression
    symbol: str
    coupled: bool = False


@dataclass(frozen=True)
class Loss:
    """The loss of one output: trees in ``out``, ``target`` and ``n``; ``derivative`` is that by ``out``."""

    value: Expression
    derivative: Expression


_LOGISTIC: Final = Quotient(ONE, Sum((ONE, Function("exp", negative(NET)))))

ACTIVATIONS: Final[Mapping[str, Activation]] = {
    "logistic": Activation(_LOGISTIC, Product((OUT, difference(ONE, OUT))), r"\sigma"),
    "tanh": Activation(Function("tanh", NET), difference(ONE, Power(OUT, 2)), r"\tanh"),
    "relu": Activation(Function("relu", NET), Function("step", NET), r"\operatorname{relu}"),
    "leaky_relu": Activation(Function("leaky_relu", NET), Function("leaky_step", NET), r"\operatorname{lrelu}"),
    "softplus": Activation(Function("softplus", NET), _LOGISTIC, r"\operatorname{softplus}"),
    "identity": Activation(NET, ONE, r"\operatorname{id}"),
    "softmax": Activation(
        Function("exp", NET), Product((OUT, difference(ONE, OUT))), r"\operatorname{softmax}", coupled=True
    ),
}

_ERROR: Final = difference(OUT, TARGET)

LOSSES: Final[Mapping[str, Loss]] = {
    "squared_error": Loss(Product((Constant(Fraction(1, 2)), Power(_ERROR, 2))), _ERROR),
    "mean_squared_error": Loss(
        Quotient(Power(_ERROR, 2), COUNT), Quotient(Product((constant(2), _ERROR)), COUNT)
    ),
    "binary_cross_entropy": Loss(
        negative(
            Sum(
                (
                    Product((TARGET, Function("log", OUT))),
                    Product((difference(ONE, TARGET), Function("log", difference(ONE, OUT)))),
                )
            )
        ),
        Quotient(_ERROR, Product((OUT, difference(ONE, OUT)))),
    ),
    "categorical_cross_entropy": Loss(
        negative(Product((TARGET, Function("log", OUT)))), negative(Quotient(TARGET, OUT))
    ),
}
