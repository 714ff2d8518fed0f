"""Whether two machines compute alike: a stored site may come from another one."""

from __future__ import annotations

import hashlib
import math
import struct

import numpy as np


def arithmetic() -> str:
    """A fingerprint of this machine's functions: where it is equal, doubles agree to the last bit."""
    points = [0.1 + 0.37 * step for step in range(40)]
    found = [f(x) for f in (math.exp, math.log, math.tanh, math.log1p, math.expm1) for x in points]
    array = np.array(points)
    matrix = np.outer(np.sin(array), array)
    for block in (np.exp(-array), np.tanh(array), np.log1p(array), matrix @ array, matrix[:2, :2] @ array[:2]):
        found += [float(value) for value in block]
    return hashlib.sha256(struct.pack(f"<{len(found)}d", *found)).hexdigest()[:16]
