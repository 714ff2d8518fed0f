"""What may be switched off, and only time is lost: results kept, the other core, work ahead of MkDocs.

May import engine, figures, latex, network, pages, v8, worksheet, and what stands at the top.
"""
