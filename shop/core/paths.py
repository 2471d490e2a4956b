"""Where the project's own files stand."""

from pathlib import Path

#: The folder that holds app.py, templates/, static/ and the packages.
ROOT = Path(__file__).resolve().parents[2]
