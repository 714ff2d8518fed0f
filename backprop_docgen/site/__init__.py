"""MkDocs: several languages in one build, data files, theme, built aside and swapped.

May import every room from formula to published, and what stands at the top.
"""
