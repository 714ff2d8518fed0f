"""Random networks and trees that several tests share, and a 50-digit computation of a network."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import mpmath
from hypothesis import strategies as st

import sample
from backprop_docgen.formula.evaluate import FUNCTIONS, Value
from backprop_docgen.formula.tree import Constant, Expression, Function, Power, Product, Quotient, Sum, Symbol
from backprop_docgen.network.file import read_network
from backprop_docgen.network.network import Display, Example, Layer, Network, Training
from backprop_docgen.worksheet.worksheet import Worksheet

ROOT = Path(__file__).parent.parent
LIVELY = ("softmax", "xor", "comma", "dead-relu")
"""Networks of the gallery whose numbers are changed on live pages."""
LARGE = ("10-20-10", "wide")
HIDDEN = ("logistic", "tanh", "relu", "leaky_relu", "softplus", "identity")
LOSSES = ("squared_error", "mean_squared_error", "binary_cross_entropy", "categorical_cross_entropy")


def drawn_gallery() -> list[str]:
    """The networks of the gallery whose whole tutorial is built in this run: a lively one, and another."""
    lively = sample.some("live gallery", LIVELY, 1)
    others = [path.stem for path in sorted((ROOT / "tests" / "networks").glob("*.toml")) if path.stem not in LIVELY]
    if not sample.everything:  # a tutorial of hundreds of weights takes as long as all other small ones
        others = [name for name in others if name not in LARGE]
    return [*lively, *sample.some("gallery", others, 1)]


def random_network(seed: int, loss: str | None = None, widest: int = 3) -> Network:
    """A small network of any shape the file allows: its depth, widths, functions, examples and training vary."""
    draw = random.Random(seed)
    loss = loss or LOSSES[seed % len(LOSSES)]
    depth = draw.choice((1, 2, 2, 2, 3, 4))
    widths = [draw.randint(1, widest) for _ in range(depth + 1)]
    if loss == "categorical_cross_entropy":
        widths[-1] = draw.randint(2, widest)
    layers = tuple(
        _layer(draw, sources, neurons, _last(draw, loss) if index == depth - 1 else draw.choice(HIDDEN))
        for index, (sources, neurons) in enumerate(pairwise(widths))
    )
    examples = tuple(
        Example(tuple(_decimal(draw, 1) for _ in range(widths[0])), _targets(draw, widths[-1], loss))
        for _ in range(draw.choice((1, 1, 2, 3)))
    )
    training = Training(
        iterations=draw.randint(0, 20),
        update=draw.choice(("simultaneous", "sequential")),
        update_biases=draw.random() < 0.5,
    )
    return Network(
        examples,
        layers,
        learning_rate=Decimal(draw.randint(1, 100)) / 100,
        loss=loss,
        training=training,
        display=Display(decimals=draw.randint(2, 15), example=draw.randint(1, len(examples))),
    )


def _layer(draw: random.Random, sources: int, neurons: int, activation: str) -> Layer:
    shared = draw.random() < 0.5
    weights = tuple(tuple(_decimal(draw, 1) for _ in range(sources)) for _ in range(neurons))
    biases = tuple(_decimal(draw, 1) for _ in range(1 if shared else neurons))
    return Layer(activation, weights, biases, shared_bias=shared)


def _last(draw: random.Random, loss: str) -> str:
    if loss == "categorical_cross_entropy":
        return "softmax"
    return "logistic" if loss == "binary_cross_entropy" else draw.choice(HIDDEN)


def _decimal(draw: random.Random, size: int) -> Decimal:
    places = draw.randint(1, 4)
    return Decimal(draw.randint(-size * 10**places, size * 10**places)).scaleb(-places)


def _targets(draw: random.Random, outputs: int, loss: str) -> tuple[Decimal, ...]:
    if loss == "categorical_cross_entropy":
        cuts = sorted(draw.randint(0, 100) for _ in range(outputs - 1))
        return tuple(Decimal(b - a) / 100 for a, b in zip([0, *cuts], [*cuts, 100], strict=True))
    if loss == "binary_cross_entropy":
        return tuple(Decimal(draw.randint(0, 100)) / 100 for _ in range(outputs))
    return tuple(_decimal(draw, 1) for _ in range(outputs))


# --- trees -------------------------------------------------------------------------------------

def network_of(name: str) -> Network:
    """A network of ``tests/networks``, or the tutorial's ("network")."""
    return read_network(ROOT / f"{name}.toml" if name == "network" else ROOT / "tests" / "networks" / f"{name}.toml")


def known(double: float, exact: Fraction | None = None) -> Value:
    """A value that is its double, or a rational."""
    return Value(double, exact, 0.0)


NAMES = ("a", "b", "w5@1", "dE_total/dw5", "net_h1[2]")


def decimals(most: int = 10**6, places: int = 6) -> st.SearchStrategy[Fraction]:
    """Rational values of short decimal literals."""
    return st.builds(lambda n, p: Fraction(n, 10**p), st.integers(-most, most), st.integers(0, places))


def trees(leaves: st.SearchStrategy[Expression] | None = None) -> st.SearchStrategy[Expression]:
    """Expression trees of every kind of node."""
    numbers = decimals() | st.fractions(max_denominator=10**6)
    start = st.builds(Constant, numbers) | st.builds(Symbol, st.sampled_from(NAMES)) if leaves is None else leaves
    return st.recursive(start, _nodes, max_leaves=12)


def _nodes(inner: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
    several = st.lists(inner, min_size=1, max_size=4).map(tuple)
    return st.one_of(
        st.builds(Sum, several),
        st.builds(Product, several),
        st.builds(Quotient, inner, inner),
        st.builds(Power, inner, st.integers(1, 4)),
        st.builds(Function, st.sampled_from(sorted(FUNCTIONS)), inner),
    )


# --- 50 digits ---------------------------------------------------------------------------------

DIGITS = 50
Number = mpmath.mpf

_IN_50_DIGITS: Mapping[str, Callable[[Number], Number]] = {
    "exp": mpmath.exp,
    "abs": abs,
    "log": mpmath.log,
    "tanh": mpmath.tanh,
    "softplus": lambda x: mpmath.log(1 + mpmath.exp(x)),
    "relu": lambda x: max(x, mpmath.mpf(0)),
    "step": lambda x: mpmath.mpf(int(x > 0)),
    "leaky_relu": lambda x: x if x > 0 else x / 100,
    "leaky_step": lambda x: mpmath.mpf(1) if x > 0 else mpmath.mpf(1) / 100,
}


def number(value: Decimal | Fraction | int) -> Number:
    """A rational number in the current precision."""
    fraction = Fraction(value)
    return mpmath.mpf(fraction.numerator) / fraction.denominator


def tree_value(tree: Expression, lookup: Callable[[str], Number]) -> Number:
    """A tree in mpmath's current precision."""
    match tree:
        case Symbol(name):
            return lookup(name)
        case Constant(value):
            return number(value)
        case Sum(terms):
            return mpmath.fsum(tree_value(term, lookup) for term in terms)
        case Product(factors):
            return mpmath.fprod(tree_value(factor, lookup) for factor in factors)
        case Power(base, exponent):
            return tree_value(base, lookup) ** exponent
        case Quotient(top, bottom):
            return tree_value(top, lookup) / tree_value(bottom, lookup)
        case Function(name, argument):
            return _IN_50_DIGITS[name](tree_value(argument, lookup))


def tree_values(worksheet: Worksheet, digits: int = DIGITS) -> dict[str, Number]:
    """Every quantity of a worksheet from its trees, in so many digits."""
    values: dict[str, Number] = {}
    with mpmath.workdps(digits):
        for quantity in worksheet:
            assert quantity.tree is not None
            values[quantity.name] = tree_value(quantity.tree, values.__getitem__)
    return values


def _activate(name: str, nets: list[Number]) -> list[Number]:
    if name == "softmax":
        powers = [mpmath.exp(net) for net in nets]
        return [power / mpmath.fsum(powers) for power in powers]
    rule: Callable[[Number], Number] = {
        **_IN_50_DIGITS,
        "logistic": lambda x: 1 / (1 + mpmath.exp(-x)),
        "identity": lambda x: x,
    }[name]
    return [rule(net) for net in nets]


def _slopes(name: str, nets: list[Number]) -> list[Number]:
    rules: Mapping[str, Callable[[Number], Number]] = {
        "logistic": lambda x: mpmath.exp(-x) / (1 + mpmath.exp(-x)) ** 2,
        "tanh": lambda x: mpmath.sech(x) ** 2,
        "relu": lambda x: mpmath.mpf(int(x > 0)),
        "leaky_relu": lambda x: mpmath.mpf(1) if x > 0 else mpmath.mpf(1) / 100,
        "softplus": lambda x: 1 / (1 + mpmath.exp(-x)),
        "identity": lambda x: mpmath.mpf(1),
    }
    return [rules[name](net) for net in nets]


def _loss(name: str, out: Number, target: Number, outputs: int) -> tuple[Number, Number]:
    """The loss of one output, and its derivative by out."""
    if name == "squared_error":
        return (target - out) ** 2 / 2, out - target
    if name == "mean_squared_error":
        return (target - out) ** 2 / outputs, 2 * (out - target) / outputs
    if name == "categorical_cross_entropy":
        return -target * mpmath.log(out), -target / out
    value = -target * mpmath.log(out) - (1 - target) * mpmath.log(1 - out)
    return value, (1 - target) / (1 - out) - target / out


class Reference:
    """A network computed plainly in 50 digits, over lists, one neuron after the other."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self.names: list[list[str]] = []
        self.weights: list[list[list[Number]]] = []
        self.biases: list[list[Number]] = []
        last = len(network.layers) - 1
        for index, layer in enumerate(network.layers):
            letter = "o" if index == last else "h" if last == 1 else f"h{index + 1}_"
            self.names.append([f"{letter}{j}" for j in range(1, layer.neurons + 1)])
            with mpmath.workdps(DIGITS):
                self.weights.append([[number(w) for w in row] for row in layer.weights])
                self.biases.append([number(b) for b in layer.biases])

    def values(self) -> dict[str, Number]:
        """Before and after the first update, by name."""
        with mpmath.workdps(DIGITS):
            before = self._all("")
            self._update()
            return before | self._all("@1")

    def loss_after(self, updates: int) -> Number:
        """The mean loss after so many updates."""
        with mpmath.workdps(DIGITS):
            for _ in range(updates):
                self._update()
            return self._all("")["E_mean"]

    def _forward(self, inputs: tuple[Decimal, ...]) -> tuple[list[list[Number]], list[list[Number]]]:
        signal = [number(x) for x in inputs]
        nets, outs = [], [signal]
        for index, layer in enumerate(self.network.layers):
            biases = self.biases[index] * layer.neurons if layer.shared_bias else self.biases[index]
            rows = zip(self.weights[index], biases, strict=True)
            net = [mpmath.fsum(w * x for w, x in zip(row, signal, strict=True)) + bias for row, bias in rows]
            signal = _activate(layer.activation, net)
            nets.append(net)
            outs.append(signal)
        return nets, outs

    def _output_deltas(self, net: list[Number], out: list[Number], example: Example) -> list[Number]:
        targets = [number(t) for t in example.targets]
        d_out = [_loss(self.network.loss, o, t, len(out))[1] for o, t in zip(out, targets, strict=True)]
        if self.network.layers[-1].activation != "softmax":
            slopes = _slopes(self.network.layers[-1].activation, net)
            return [d * slope for d, slope in zip(d_out, slopes, strict=True)]
        return [
            mpmath.fsum(d_out[k] * out[k] * ((1 if k == j else 0) - out[j]) for k in range(len(out)))
            for j in range(len(out))
        ]

    def _back(self, layer: int, later: list[Number], weights: list[list[Number]], net: list[Number]) -> list[Number]:
        slopes = _slopes(self.network.layers[layer].activation, net)
        return [
            slope * mpmath.fsum(d * row[i] for d, row in zip(later, weights, strict=True))
            for i, slope in enumerate(slopes)
        ]

    def _all(self, after: str) -> dict[str, Number]:
        network, found, means = self.network, {}, {}
        count = len(network.examples)
        for index, example in enumerate(network.examples):
            mark = ("" if index + 1 == network.display.example else f"[{index + 1}]") + after
            nets, outs = self._forward(example.inputs)
            losses = []
            for name, out, target in zip(self.names[-1], outs[-1], example.targets, strict=True):
                loss, slope = _loss(network.loss, out, number(target), network.outputs)
                losses.append(loss)
                found |= {
                    f"error_{name}{mark}": out - number(target),
                    f"E_{name}{mark}": loss,
                    f"dE_{name}/dout_{name}{mark}": slope,
                }
            found[f"E_total{mark}"] = mpmath.fsum(losses)
            deltas = self._output_deltas(nets[-1], outs[-1], example)
            for layer in range(len(nets) - 1, -1, -1):
                if layer < len(nets) - 1:
                    deltas = self._back(layer, deltas, self.weights[layer + 1], nets[layer])
                for name, net, out, delta in zip(self.names[layer], nets[layer], outs[layer + 1], deltas, strict=True):
                    found |= {f"net_{name}{mark}": net, f"out_{name}{mark}": out}
                    found |= {f"delta_{name}{mark}": delta, f"dE_total/dnet_{name}{mark}": delta}
                for name, gradient in self._parameters(layer, *self._gradients(layer, deltas, outs[layer])).items():
                    found[f"dE_total/d{name}{mark}"] = gradient
                    means[name] = means.get(name, 0) + gradient / count
        for layer in range(len(network.layers)):
            parameters = self._parameters(layer, self.weights[layer], self.biases[layer])
            found |= {f"{name}{after}": value for name, value in parameters.items()}
        totals = [value for name, value in found.items() if name.startswith("E_total")]
        return found | {f"dE_mean/d{n}{after}": v for n, v in means.items()} | {
            f"E_mean{after}": mpmath.fsum(totals) / count
        }

    def _gradients(
        self, layer: int, deltas: list[Number], signal: list[Number]
    ) -> tuple[list[list[Number]], list[Number]]:
        shared = self.network.layers[layer].shared_bias
        return [[d * x for x in signal] for d in deltas], [mpmath.fsum(deltas)] if shared else deltas

    def _parameters(self, layer: int, weights: list[list[Number]], biases: list[Number]) -> dict[str, Number]:
        """Something for each parameter of a layer, by the parameters' names."""
        before = self.network.layers[:layer]
        first_weight = 1 + sum(spec.neurons * spec.sources for spec in before)
        first_bias = 1 + sum(len(spec.biases) for spec in before)
        flat = [value for row in weights for value in row]
        return {f"w{n}": value for n, value in enumerate(flat, first_weight)} | {
            f"b{n}": value for n, value in enumerate(biases, first_bias)
        }

    def _update(self) -> None:
        network, rate, count = self.network, number(self.network.learning_rate), len(self.network.examples)
        passes = [self._forward(example.inputs) for example in network.examples]
        old = [[row[:] for row in layer] for layer in self.weights]
        rows = [
            self._output_deltas(nets[-1], outs[-1], example)
            for (nets, outs), example in zip(passes, network.examples, strict=True)
        ]
        for layer in range(len(network.layers) - 1, -1, -1):
            if layer < len(network.layers) - 1:
                later = (self.weights if network.training.update == "sequential" else old)[layer + 1]
                rows = [self._back(layer, row, later, nets[layer]) for row, (nets, _) in zip(rows, passes, strict=True)]
            for row, (_, outs) in zip(rows, passes, strict=True):
                d_weights, d_biases = self._gradients(layer, row, outs[layer])
                for weights, gradients in zip(self.weights[layer], d_weights, strict=True):
                    weights[:] = [w - rate * d / count for w, d in zip(weights, gradients, strict=True)]
                if network.training.update_biases:
                    own = self.biases[layer]
                    own[:] = [b - rate * d / count for b, d in zip(own, d_biases, strict=True)]
