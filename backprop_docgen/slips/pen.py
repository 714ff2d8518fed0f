def pen_slips(v, d):
    return [("sign-lost", -v), ("point-moved", v * 10), ("point-moved", v / 10)]
