"""A number as text and back: the printing rule, intervals, numerals in a text, a language and its words.

May import formula, and what stands at the top.
"""
