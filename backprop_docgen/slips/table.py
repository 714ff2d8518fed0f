"""The table of rules: what may go wrong in a formula, how likely that is, and how it is said.

The order of plausibility is a judgement, made from what textbooks warn of and what people ask in public; it is no
probability. Rank 1 is the likeliest; the first three are *plausible*. J. S. Brown and R. R. Burton, "Diagnostic models
for procedural bugs in basic mathematical skills", *Cognitive Science* 2 (1978), and D. Sleeman's mal-rules (1984) list
such rules by hand, one subject at a time; here each is a change of an expression tree.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

PLAUSIBLE: Final = 3
"""Rules up to this rank are plausible."""
LOWEST: Final = 5
"""The last rank."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A row: ``rank`` (1 to 5), ``family`` (rules that are of one kind), and ``text``, a clause that follows "when".

    Its placeholders are the parts of a slip: ``formula`` (where it happens), ``part`` and ``other``.
    """

    key: str
    rank: int
    family: str
    text: str


_TAKEN: Final = "{other} is used instead of {part} in {formula}"

_ROWS: Final = (
    # a term or a factor left out
    Rule("bias-left-out", 1, "left out", "the bias {part} is left out of {formula}"),
    Rule("slope-left-out", 1, "left out", "the slope {part} is left out of {formula}"),
    Rule("slope-one", 1, "left out", "1 is used as the slope {formula}, as if there were no activation function"),
    Rule("weight-back-left-out", 1, "left out", "the weight {part} is left out on the way back, in {formula}"),
    Rule("half-left-out", 1, "left out", "the ½ is left out of {formula}"),
    Rule("two-left-out", 1, "left out", "the 2 is left out of {formula}"),
    Rule("rate-left-out", 1, "left out", "the learning rate {part} is left out of {formula}"),
    Rule("one-path-only", 1, "left out", "{formula} is taken along one path alone, that through {part}"),
    Rule("one-loss-only", 2, "left out", "only one of the losses, {part}, goes into {formula}"),
    Rule("target-left-out", 2, "left out", "{part} is left out of {formula}"),
    Rule("input-left-out", 2, "left out", "{part}, what the weight multiplies, is left out of {formula}"),
    Rule("loss-slope-left-out", 2, "left out", "{part}, the slope of the loss, is left out of {formula}"),
    Rule("divisor-left-out", 1, "n times", "{formula} is not divided by {part}"),
    Rule("term-left-out", 3, "left out", "the term {part} is left out of {formula}"),
    Rule("factor-left-out", 3, "left out", "the factor {part} is left out of {formula}"),
    Rule("one-left-out", 3, "left out", "the 1 is left out of {formula}"),
    # a sign
    Rule("difference-turned", 1, "sign", "the difference in {formula} is taken the other way round"),
    Rule("plus-for-minus", 1, "sign", "the step is added in {formula} instead of subtracted"),
    Rule("exponent-sign", 2, "sign", "the exponent in {formula} loses its minus sign"),
    Rule("minus-left-out", 2, "sign", "the minus sign is left out of {formula}"),
    Rule("one-plus", 3, "sign", "1 + {part} is used instead of 1 − {part} in {formula}"),
    Rule("term-sign", 3, "sign", "the term {part} changes its sign in {formula}"),
    # a power or a function
    Rule("activation-left-out", 1, "function", "the activation function is left out: {part} is used as {formula}"),
    Rule("activation-twice", 2, "function", "the activation function is applied twice in {formula}"),
    Rule("activation-other", 3, "function", "{other} is the activation function in {formula}"),
    Rule("slope-of-net", 1, "function", "the slope {formula} is computed from {other} instead of {part}"),
    Rule("slope-of-slope", 2, "function", "the slope {formula} is taken at {part}, as if that were the net input"),
    Rule("slope-other", 3, "function", "the slope {formula} is that of another activation function, {other}"),
    Rule("square-left-out", 1, "function", "the square is left out of {formula}"),
    Rule("two-kept", 1, "n times", "a factor of 2 stays in {formula} that the ½ cancels"),
    Rule("half-kept", 2, "n times", "a ½ stays in {formula}"),
    # another quantity in a formula
    Rule("net-for-out", 1, "function", _TAKEN),
    Rule("relative", 2, "neighbour", _TAKEN),
    Rule("mirror-weight", 2, "neighbour", _TAKEN),
    Rule("neighbour", 3, "neighbour", _TAKEN),
    Rule("neighbour-weight", 4, "neighbour", _TAKEN),
    # too early, too late
    Rule("updated-weight", 1, "time", "{other}, already updated, is used instead of {part} in {formula}"),
    Rule("old-weight", 2, "time", "{other}, not yet updated, is used instead of {part} in {formula}"),
    Rule("old-value", 3, "time", "{other}, from before the update, is used instead of {part} in {formula}"),
    Rule("bias-updated", 1, "time", "the bias {part} is updated, too"),
    Rule("bias-kept", 1, "time", "the bias {part} is not updated"),
    # n times
    Rule("shared-bias-once", 1, "n times", "the shared bias is counted in {formula} for one neuron alone, {part}"),
    Rule("divided-twice", 2, "n times", "{formula} is divided twice"),
    Rule("mean-of-outputs", 2, "n times", "{formula} is divided by the number of outputs"),
    # the same everywhere
    Rule("transposed", 2, "everywhere", "the weights into {part} are read the wrong way round"),
    Rule("transposed-back", 2, "everywhere", "the weights into {part} are read the wrong way round on the way back"),
    Rule(
        "transposed-both", 3, "everywhere", "the weights into {part} are read the wrong way round, on the way back, too"
    ),
    Rule("inputs-turned", 2, "everywhere", "the inputs are taken in the opposite order"),
    Rule("targets-turned", 2, "everywhere", "the targets are taken in the opposite order"),
    Rule("no-bias", 2, "everywhere", "the biases are left out everywhere"),
    Rule("no-slope", 1, "everywhere", "the slopes of the activation functions are left out everywhere"),
    Rule("no-weight-back", 1, "everywhere", "the weights are left out on the way back, everywhere"),
    Rule("no-activation", 2, "everywhere", "the activation function is left out everywhere"),
    Rule("no-loss-slope", 1, "everywhere", "the derivative is taken of the output, not of the loss"),
    Rule(
        "all-turned", 1, "everywhere", "the differences of outputs and targets are taken the other way round everywhere"
    ),
    Rule("all-two-kept", 1, "everywhere", "a factor of 2 stays in the slope of the loss that the ½ cancels"),
    Rule("no-half", 1, "everywhere", "the ½ is left out of the loss of every output"),
    Rule("all-slope-of-net", 2, "everywhere", "the slopes are computed from the net inputs everywhere"),
    Rule("one-path-everywhere", 2, "everywhere", "one path alone is taken back from every neuron, that through {part}"),
    Rule("updated-weights", 1, "everywhere", "weights that are already updated are used on the way back"),
    Rule("all-plus", 1, "everywhere", "every step is added instead of subtracted"),
    Rule("no-rate", 1, "everywhere", "the learning rate is left out of every update"),
    Rule("all-biases-updated", 1, "everywhere", "the biases are updated, too"),
    Rule("all-biases-kept", 1, "everywhere", "the biases are not updated"),
    Rule("no-divisor", 1, "everywhere", "the sums over the examples are not divided by their number"),
    # a right number in another's place
    Rule("other-quantity", 2, "another quantity", "the value of {other} is given for {formula}"),
    Rule("distant-quantity", 4, "another quantity", "the value of {other} is given for {formula}"),
    # the pen
    Rule("sign-lost", 1, "pen", "the right value is given the opposite sign"),
    Rule("point-moved", 2, "pen", "the decimal mark of the right value is moved by one place"),
    Rule("digits-swapped", 3, "pen", "two neighbouring digits of the right value are swapped"),
    Rule("comma-thousands", 3, "pen", "the decimal mark of the right value is read as a separator of thousands"),
    # two at once
    Rule("two-slips", 5, "two", "{first}, and {second}"),
)

RULES: Final[Mapping[str, Rule]] = {rule.key: rule for rule in _ROWS}
"""Every rule by its key, in the order of the table."""
