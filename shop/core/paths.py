"""Paths of the project's own files."""

from pathlib import Path

#: The folder that holds app.py, templates/, static/ and the packages.
ROOT = Path(__file__).resolve().parents[2]
