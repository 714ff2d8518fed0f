from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from backprop_docgen.numbers.numeral import read


@dataclass(frozen=True)
class Answer:
    text: str
    value: Fraction
    digits: int
    unit: Fraction


def read_answer(text):
    r = read(text)
    if r.literal is None:
        return r
    t = text.replace("−", "-").replace(",", ".").strip().lstrip("+-")
    m, _, e = t.partition("e")
    d = m.replace(".", "").lstrip("0")
    places = len(m.partition(".")[2])
    return Answer(text, Fraction(Decimal(r.literal)), len(d), Fraction(10) ** (int(e or 0) - places))
