"""What a course of one's own begins with: its files, what it was made from, its further languages, its updates."""
