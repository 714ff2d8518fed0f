"""The same computation in NumPy, knowing no names and no trees; training.

May import network, and what stands at the top.
"""
