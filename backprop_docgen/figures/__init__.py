"""Scenes, and their drawing in V8: network, paths, circuit and curves as SVG.

May import network, numbers, v8, worksheet, and what stands at the top.
"""
