"""Named quantities: backpropagation, variants, all worksheets of a course, their agreement with the engine.

May import engine, formula, network, numbers, settings, and what stands at the top.
"""
