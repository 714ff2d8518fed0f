"""Finished pages → plain Markdown: no marks, ``$`` for formulas, ordinary folds, figures as files.

May import figures, latex, and what stands at the top.
"""
