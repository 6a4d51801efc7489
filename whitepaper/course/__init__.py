"""The registry of the exercises, and what derives from it: blanks, generated files, hints, progress."""
