"""Which wrong step gives a wrong number: slips made from the trees, and answers judged by them.

May import latex, worksheet, network, numbers, formula, and what stands at the top.
"""
