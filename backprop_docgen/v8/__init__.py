"""The browser's modules run in the build: V8, and modules joined into one script.

May import only what stands at the top.
"""
