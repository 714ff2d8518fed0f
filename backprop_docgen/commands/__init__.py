"""One module a command of the command line.

May import every room, and what stands at the top.
"""
