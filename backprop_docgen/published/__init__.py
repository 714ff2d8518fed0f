"""A built page read back, and what ``worksheet.json`` lists of it.

May import formula, latex, numbers, speed, and what stands at the top.
"""
