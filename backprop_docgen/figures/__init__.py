"""Network, paths, circuit and curves as SVG.

May import formula, network, numbers, worksheet, and what stands at the top.
"""
