import math

from backprop_docgen.slips.doubles import compute


class RightIntervals:
    def __init__(self, formulas, digits):
        self.f = formulas
        self.d = digits
        self.v = {}

    def val(self, n):
        if n not in self.v:
            self.v[n] = float(compute(self.f[n], self.val))
        return self.v[n]

    def of(self, name):
        v = self.val(name)
        if v == 0:
            return (0, 0)
        u = 10.0 ** (math.floor(math.log10(abs(v))) + 1 - self.d)
        return v - 2 * u, v + 2 * u
