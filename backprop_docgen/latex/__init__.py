"""LaTeX from trees, TeX as plain words and as arithmetic, KaTeX in V8 and its syntax in Markdown.

May import formula, numbers, v8, worksheet, and what stands at the top.
"""
