"""Practice: the steps of a computation by hand, and the lines in which a reader hands in his answers.

May import formula, numbers, network, worksheet, and what stands at the top.
"""
