"""A template → finished Markdown.

May import figures, formula, latex, network, numbers, worksheet, and what stands at the top.
"""
