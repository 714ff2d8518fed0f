"""Expression trees: what a formula is, how it is computed, the table of activations and losses.

May import nothing of other rooms, and what stands at the top.
"""
