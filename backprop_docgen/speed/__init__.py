"""What may be switched off, and only time is lost: results kept, the other core, work ahead of MkDocs.

May import engine, latex, network, pages, worksheet, and what stands at the top.
"""
