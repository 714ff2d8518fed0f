"""An invitation to try another number, "w5 = 0.9": a link that sets it on the live page, and sets it back.

It names the number that was published, so it does not follow the reader's own.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Final

from backprop_docgen.errors import Problem, TemplateError
from backprop_docgen.latex.plain_tex import plain
from backprop_docgen.network.network import Network
from backprop_docgen.network.topology import topology
from backprop_docgen.numbers.rounding import Printed, rounded
from backprop_docgen.pages.number import Number, Reference, Scribe
from backprop_docgen.pages.pieces import InvitationPiece

_LARGEST: Final = 10**6
"""What the live page takes."""
_FEW, _MOST = 2, 15


def invitation(scribe: Scribe, network: Network, quantity: Reference, to: Number) -> InvitationPiece:
    """The link that sets a quantity to a number; raises TemplateError where that cannot be."""
    names = topology(network)
    givens = ["eta", *names.inputs, *names.all_weights(), *names.all_biases(), *(f"target_{o}" for o in names.outputs)]
    name = quantity.full_name
    if name not in givens:
        advice = "Invite to change an input, a target, a weight, a bias or the learning rate: model.output_weight, say."
        raise TemplateError(Problem("is no number that a reader can change", key=name, advice=advice))
    text = _in_few_digits(to.value().fraction, quantity.value().fraction)
    if text is None or (name == "eta" and not Fraction(text) > 0):
        raise TemplateError(Problem("an invitation leads nowhere", key=name, advice="Give another number to try."))
    number = scribe.language.number(Printed(text))
    return InvitationPiece(f"{plain(quantity.quantity.symbol)} = {number}", name=name, literal=text, to=to.formula_json)


def _in_few_digits(value: Fraction | None, now: Fraction | None) -> str | None:
    """A number in as few digits, two at least, as part it from the present one; None where nothing does."""
    if value is None:
        return None
    value = max(Fraction(-_LARGEST), min(value, Fraction(_LARGEST)))
    for digits in range(_FEW, _MOST + 1):
        places = 0
        while value and abs(value) * Fraction(10) ** places < 10 ** (digits - 1):
            places += 1
        text = rounded(value, places)
        if Fraction(text) != now:
            return text.rstrip("0").rstrip(".") if "." in text else text
    return None
