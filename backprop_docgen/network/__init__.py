"""``network.toml`` → a network; the names of its neurons and weights.

May import formula, settings, and what stands at the top.
"""
