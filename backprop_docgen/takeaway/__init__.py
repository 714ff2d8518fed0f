"""A finished site to take away: the whole tutorial as one PDF a language, the whole site as one archive."""
