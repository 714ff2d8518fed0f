"""The rules over trees: from one formula of a worksheet to its slips."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from backprop_docgen.formula.activations import ACTIVATIONS, NET, OUT
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
    substitute,
    symbols,
)
from backprop_docgen.latex.plain_tex import plain
from backprop_docgen.network.network import Network
from backprop_docgen.network.topology import topology
from backprop_docgen.slips.edits import MINUS, ONE, Put, is_difference, label, places, positive, turned, without
from backprop_docgen.worksheet.worksheet import Worksheet

_HALF: Final = Constant(Fraction(1, 2))
MOST_PARTS: Final = 12
"""Of longer sums, and of more neighbours, the first ones stand for all."""
_FEW: Final = 9  # weights of a layer, each of which may be taken for each other
_DERIVATIVE: Final = re.compile(r"d(?P<top>[^/]+)/d(?P<bottom>.+)")


@dataclass(frozen=True, slots=True)
class Change:
    """One rule applied to one formula: its wrong tree, and what the sentence names (names between ⟨ and ⟩)."""

    rule: str
    formula: str
    tree: Expression
    parts: Mapping[str, str]


class Rules:
    """The rules of one network: who is whose neighbour, and what each name is."""

    def __init__(self, network: Network, worksheet: Worksheet) -> None:
        self.network, self.worksheet = network, worksheet
        self.names = topology(network)
        self.outputs = self.names.outputs
        self._layer = {neuron: index for index, layer in enumerate(self.names.neurons) for neuron in layer}

    def changes(self, name: str, tree: Expression) -> Iterator[Change]:
        """Every slip in one formula, of the worked example; names and trees as the worksheet has them."""
        base, at, step = name.partition("@")
        after = at + step
        yield from self._whole(name, base, after, tree)
        for node, put in _first_places(tree):
            match node:
                case Sum(terms) if not _is_mean(base):
                    yield from self._sum(name, base, terms, put)
                case Product(factors):
                    yield from self._product(name, base, factors, put, root=node is tree)
                case Quotient(top, bottom):
                    yield from self._quotient(name, base, top, bottom, put)
                case Power(inner, _):
                    yield Change("square-left-out", name, put(inner), {"formula": f"⟨{name}⟩"})
                case Function("exp", argument) if positive(argument) != argument:
                    yield Change("exponent-sign", name, put(Function("exp", positive(argument))), _at(name))
        for operand in [] if _is_mean(base) else [*dict.fromkeys(symbols(tree))][: 2 * MOST_PARTS]:
            for rule, other in self._taken(base, after, operand):
                if other in self.worksheet and other != name:
                    parts = {"formula": f"⟨{name}⟩", "part": f"⟨{operand}⟩", "other": f"⟨{other}⟩"}
                    yield Change(rule, name, substitute(tree, {operand: Symbol(other)}), parts)

    # what a formula is as a whole

    def _whole(self, name: str, base: str, after: str, tree: Expression) -> Iterator[Change]:
        here = f"⟨{name}⟩"
        if base.startswith("out_"):
            yield from self._output(name, base.removeprefix("out_"), after, tree)
        elif match := re.fullmatch(r"dout_(.+)/dnet_\1", base):
            yield from self._slope(name, match[1], after, tree)
        elif base.startswith("error_") or self._is_loss_slope(base):
            if is_difference(tree):
                assert isinstance(tree, Sum)
                first, second = tree.terms
                yield Change("difference-turned", name, difference(positive(second), first), {"formula": here})
            else:
                for node, put in places(tree):
                    if is_difference(node) and isinstance(node, Sum) and symbols(node) and node.terms[0] != ONE:
                        first, second = node.terms
                        wrong = put(difference(positive(second), first))
                        yield Change("difference-turned", name, wrong, {"formula": here})
        if self._is_loss_slope(base):
            if self.network.loss == "squared_error":
                yield Change("two-kept", name, Product((constant(2), tree)), {"formula": here})
                yield Change("half-kept", name, Product((_HALF, tree)), {"formula": here})
        elif base == "E_total" and len(self.outputs) > 1:
            divided = Quotient(tree, constant(len(self.outputs)))
            yield Change("mean-of-outputs", name, divided, {"formula": here})
        elif re.fullmatch(r"[wb]\d+@1", name):
            yield from self._update(name, base, tree)
        elif base.startswith(("E_mean", "dE_mean/")) and isinstance(tree, Quotient):
            twice = Quotient(tree, tree.denominator)
            yield Change("divided-twice", name, twice, {"formula": here})

    def _output(self, name: str, neuron: str, after: str, tree: Expression) -> Iterator[Change]:
        net, here = Symbol(f"net_{neuron}{after}"), f"⟨{name}⟩"
        own = self.network.layers[self._layer[neuron]].activation
        if tree == net:
            twice = None
        else:
            yield Change("activation-left-out", name, net, {"formula": here, "part": f"⟨{net.name}⟩"})
            twice = substitute(tree, {net.name: tree})
        if twice is not None and not ACTIVATIONS[own].coupled:
            yield Change("activation-twice", name, twice, {"formula": here})
        for key, activation in ACTIVATIONS.items():
            if key not in (own, "identity") and not activation.coupled:
                wrong = substitute(activation.value, {NET.name: net})
                yield Change("activation-other", name, wrong, {"formula": here, "other": plain(activation.symbol)})

    def _slope(self, name: str, neuron: str, after: str, tree: Expression) -> Iterator[Change]:
        net, out, here = Symbol(f"net_{neuron}{after}"), Symbol(f"out_{neuron}{after}"), f"⟨{name}⟩"
        own = self.network.layers[self._layer[neuron]].activation
        if tree != ONE:
            yield Change("slope-one", name, ONE, {"formula": here})
        if own in ("logistic", "tanh", "softmax"):
            of_net = substitute(tree, {out.name: net})
            named = {"formula": here, "part": f"⟨{out.name}⟩", "other": f"⟨{net.name}⟩"}
            yield Change("slope-of-net", name, of_net, named)
        if own in ("logistic", "tanh"):
            value = substitute(ACTIVATIONS[own].value, {NET.name: out})
            yield Change(
                "slope-of-slope", name, substitute(tree, {out.name: value}), {"formula": here, "part": named["part"]}
            )
        for key, activation in ACTIVATIONS.items():
            if key != own and not activation.coupled:
                wrong = substitute(activation.derivative, {NET.name: net, OUT.name: out})
                yield Change("slope-other", name, wrong, {"formula": here, "other": plain(activation.symbol)})

    def _update(self, name: str, base: str, tree: Expression) -> Iterator[Change]:
        part = {"formula": f"⟨{name}⟩", "part": f"⟨{base}⟩"}
        several = len(self.network.examples) > 1
        gradient = f"{'dE_mean' if several else 'dE_total'}/d{base}"
        if tree == Symbol(base):
            wrong = difference(tree, Product((Symbol("eta"), Symbol(gradient))))
            yield Change("bias-updated", name, wrong, part)
        elif is_difference(tree):
            if base.startswith("b"):
                yield Change("bias-kept", name, Symbol(base), part)
            assert isinstance(tree, Sum)
            first, second = tree.terms
            yield Change("plus-for-minus", name, Sum((first, positive(second))), {"formula": f"⟨{name}⟩"})

    # the nodes

    def _sum(self, name: str, base: str, terms: tuple[Expression, ...], put: Put) -> Iterator[Change]:
        if re.fullmatch(r"[wb]\d+@1", name):
            return  # of an update the product alone is looked at
        alone, here = self._alone(base), f"⟨{name}⟩"
        error = is_difference(Sum(terms)) and terms[0] != ONE
        for index, term in enumerate(terms[:MOST_PARTS]):
            part = label(term)
            if not part or (error and index == 0):
                continue
            if not (alone and len(terms) == 2) and not (base.startswith("out_") and terms[0] == ONE and index):
                yield Change(
                    self._term(base, term), name, put(without(terms, index, Sum)), {"formula": here, "part": part}
                )
            if alone:
                yield Change(alone, name, put(term), {"formula": here, "part": self._through(term) or part})
            wrong = put(Sum((*terms[:index], turned(term), *terms[index + 1 :])))
            if index and positive(term) != term and terms[0] == ONE:
                yield Change("one-plus", name, wrong, {"formula": here, "part": part})
            elif term != ONE and not error and not base.startswith("out_"):
                yield Change("term-sign", name, wrong, {"formula": here, "part": part})

    def _alone(self, base: str) -> str:
        """The rule by which one term alone stands for a sum; "" where that is no slip of its own."""
        if base == "E_total":
            return "one-loss-only"
        if re.fullmatch(r"dE_(total|sequential)/d(out|net)_.+", base):
            return "one-path-only"
        if re.fullmatch(r"dE_(total|sequential)/db\d+", base):
            return "shared-bias-once"
        return ""

    def _through(self, term: Expression) -> str:
        """The neuron that a path goes through, or that a shared bias leads into."""
        for operand in symbols(term):
            match = re.match(r"dE_(?:total/dnet_|sequential/dnet_)?([ho]\d+(?:_\d+)?)(?![\d_])", operand)
            if match:
                return f"⟨{match[1]}⟩"
        return ""

    def _term(self, base: str, term: Expression) -> str:
        term = positive(term)
        if term == ONE:
            return "one-left-out"
        if isinstance(term, Symbol):
            if re.match(r"b\d+(@|$)", term.name) and base.startswith("net_"):
                return "bias-left-out"
            if term.name.startswith("target_"):
                return "target-left-out"
        return "term-left-out"

    def _product(self, name: str, base: str, factors: tuple[Expression, ...], put: Put, root: bool) -> Iterator[Change]:
        if factors[0] == MINUS and root:
            yield Change("minus-left-out", name, put(without(factors, 0, Product)), _at(name))
        for index, factor in enumerate(factors):
            part = label(factor)
            if factor == MINUS or not part or (len(factors) == 2 and factors[0] == MINUS):
                continue  # without the factor after a minus nothing but the sign is left
            rule, said = self._factor(base, factor, part)
            if rule:
                wrong = put(without(factors, index, Product))
                yield Change(rule, name, wrong, {"formula": f"⟨{name}⟩", "part": said})

    def _factor(self, base: str, factor: Expression, part: str) -> tuple[str, str]:
        if isinstance(factor, Constant):
            rules = {_HALF: "half-left-out", constant(2): "two-left-out"}
            return rules.get(factor, "factor-left-out"), part
        if not isinstance(factor, Symbol):
            return "factor-left-out", part
        bare = factor.name.partition("@")[0]
        if bare == "eta":
            return "rate-left-out", part
        match = _DERIVATIVE.fullmatch(bare)
        if match is None:
            return "factor-left-out", part
        top, bottom = match["top"], match["bottom"]
        if top.startswith("net_"):
            if bottom.startswith("out_"):
                weight = self._weight(factor.name)
                return "weight-back-left-out", weight or part
            return ("", "") if bottom.startswith("b") else ("input-left-out", part)
        if top.startswith("out_"):
            return "slope-left-out", part
        if self._is_loss_slope(bare) or (bottom.startswith("out_") and bottom[4:] in self.outputs):
            return "loss-slope-left-out", part
        return "factor-left-out", part

    def _weight(self, local: str) -> str:
        """The weight that ∂net/∂out is."""
        tree, _ = self.worksheet.formula(local, "")
        return f"⟨{tree.name}⟩" if isinstance(tree, Symbol) else ""

    def _quotient(self, name: str, base: str, top: Expression, bottom: Expression, put: Put) -> Iterator[Change]:
        if base.startswith("out_"):
            return  # a logistic output or a share: other rules know better
        part = label(bottom)
        if part and part != "1":
            rule = "half-left-out" if top == ONE and bottom == constant(2) else "divisor-left-out"
            yield Change(rule, name, put(top), {"formula": f"⟨{name}⟩", "part": part})

    # another quantity taken for one in a formula

    def _taken(self, base: str, after: str, operand: str) -> Iterator[tuple[str, str]]:
        """Rules and the names that may be taken for an operand."""
        bare, _, step = operand.partition("@")
        suffix = f"@{step}" if step else ""
        if re.fullmatch(r"w\d+", bare):
            yield from self._weights(base, bare, suffix)
        elif re.fullmatch(r"i\d+", bare):
            yield from (("neighbour", other) for other in self.names.inputs[:MOST_PARTS] if other != bare)
        elif match := re.fullmatch(r"(.*_)([ho]\d+(?:_\d+)?)", bare):
            found = () if base == "E_total" or base.startswith("dout_") else self._neurons(bare, match[2], suffix)
            yield from found
        yield from ((rule, other + suffix) for rule, other in self._relatives(base, bare))
        if suffix and not re.fullmatch(r"[wb]\d+|E_.*|dE_mean.*", base):
            yield ("old-weight" if re.fullmatch(r"[wb]\d+", bare) else "old-value"), bare
        elif not suffix and re.fullmatch(r"w\d+", bare) and base.startswith("dnet_"):
            yield "updated-weight", f"{bare}@1"

    def _weights(self, base: str, weight: str, suffix: str) -> Iterator[tuple[str, str]]:
        layer, neuron, source = self.names.ends(weight)
        rows = self.names.weights[layer]
        mirror = rows[source][neuron] if len(rows) == len(rows[0]) else ""
        if mirror and mirror != weight:
            yield "mirror-weight", mirror + suffix
        whole = [name for row in rows for name in row]
        beside = (*rows[neuron][:MOST_PARTS], *(row[source] for row in rows[:MOST_PARTS]))
        near = set(whole if len(whole) <= _FEW else beside) - {weight, mirror}
        if not re.fullmatch(r"w\d+", base):  # of an update the own weight is never mistaken
            yield from (("neighbour-weight", other + suffix) for row in rows for other in row if other in near)

    def _neurons(self, bare: str, neuron: str, suffix: str) -> Iterator[tuple[str, str]]:
        """The same of a neuron beside it, in the same layer."""
        layer = self.names.neurons[self._layer[neuron]]
        for other in layer[:MOST_PARTS]:
            if other == neuron:
                continue
            named = re.sub(rf"(?<=_){re.escape(neuron)}(?![\d_])", other, bare)
            match = _DERIVATIVE.fullmatch(bare)
            if match and match["top"].startswith("net_") and match["bottom"].startswith("w"):
                continue
            yield "neighbour", named + suffix

    def _relatives(self, base: str, bare: str) -> Iterator[tuple[str, str]]:
        """Quantities that belong together, and are taken for one another."""
        if bare.startswith("out_"):
            net = f"net_{bare[4:]}"
            if not base.startswith("dout_"):
                yield "net-for-out", net
            return
        if bare.startswith("net_") and not base.startswith("out_"):
            yield "relative", f"out_{bare[4:]}"
            return
        match = _DERIVATIVE.fullmatch(bare)
        if match is None:
            return
        top, bottom = match["top"], match["bottom"]
        if top.startswith("out_") and bottom == f"net_{top[4:]}":
            yield "relative", top
        elif top.startswith("E_") and bottom.startswith("out_"):
            neuron = bottom[4:]
            if neuron in self.outputs:
                yield "relative", f"E_{neuron}"
            if base.startswith("dE_"):
                yield "relative", f"d{top}/dnet_{neuron}"
        elif top.startswith("E_") and bottom.startswith("net_"):
            yield "relative", f"d{top}/dout_{bottom[4:]}"
        elif top.startswith("net_") and bottom.startswith(("out_", "w")):
            yield "relative", bottom
        elif top == "E_mean" and len(self.network.examples) > 1:
            yield "relative", f"dE_total/d{bottom}"

    def _is_loss_slope(self, base: str) -> bool:
        match = re.fullmatch(r"dE_(.+)/dout_(.+)", base)
        return match is not None and match[1] == match[2]


def _first_places(tree: Expression) -> Iterator[tuple[Expression, Put]]:
    """The places of a tree; of a long sum, the sum itself and its first terms."""
    if isinstance(tree, Sum) and len(tree.terms) > MOST_PARTS:
        yield tree, lambda new: new
        kept = Sum(tree.terms[:MOST_PARTS])
        for node, put in places(kept):
            if node is not kept:
                yield node, lambda new, put=put: _longer(put(new), tree)  # type: ignore[misc]  # the loop's own put
    else:
        yield from places(tree)


def _longer(first: Expression, whole: Sum) -> Expression:
    """The first terms of a long sum with its others after them."""
    assert isinstance(first, Sum), "a term takes the place of a term"
    return Sum((*first.terms, *whole.terms[MOST_PARTS:]))


def _is_mean(base: str) -> bool:
    """Whether a formula goes through all examples."""
    return base.startswith(("E_mean", "dE_mean/"))


def _at(name: str) -> dict[str, str]:
    return {"formula": f"⟨{name}⟩"}
