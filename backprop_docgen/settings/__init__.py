"""Files that people write by hand, checked key by key, each mistake with its line.

May import numbers, and what stands at the top.
"""
