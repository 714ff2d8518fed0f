"""A site, or its sources, against the worksheets → findings. Prints nothing, and runs nothing of a site.

May import every room from formula to site but speed, and what stands at the top.
"""
