"""The programs that the tests need, installed where the user is root, else named in a sentence.

`python -m tests.programs postgresql chromium` is called by make before the tests.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

CHROMIUM_NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
PACKAGES = {
    "postgresql": "postgresql",
    "chromium": "chromium-headless-shell",
    "pdftotext": "poppler-utils",
    "wrk": "wrk",
    "javac": "default-jdk-headless",
}


def chromium() -> str | None:
    """The browser of the tests: $CHROMIUM, a system one, or Playwright's own."""
    named = os.environ.get("CHROMIUM")
    if named:
        return named
    for name in CHROMIUM_NAMES:
        found = shutil.which(name)
        if found:
            return found
    own = sorted(Path.home().glob(".cache/ms-playwright/chromium*/*/*headless*shell*"))
    return str(own[-1]) if own else None


def is_there(program: str) -> bool:
    if program == "postgresql":
        return bool(list(Path("/usr/lib/postgresql").glob("*/bin/initdb"))) or bool(
            shutil.which("initdb")
        )
    if program == "chromium":
        return chromium() is not None
    return shutil.which(program) is not None


def install(package: str) -> bool:
    """apt-get where the user is root and it exists; Playwright's download for the browser
    elsewhere.
    """
    if os.geteuid() == 0 and shutil.which("apt-get"):
        sys.stderr.write(f"Installing {package}…\n")
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        quiet = {"env": environment, "stdout": subprocess.DEVNULL, "check": False}
        subprocess.run(["apt-get", "update", "-q"], **quiet)
        command = ["apt-get", "install", "-q", "-y", "--no-install-recommends", package]
        return subprocess.run(command, **quiet).returncode == 0
    if package == PACKAGES["chromium"]:
        command = [sys.executable, "-m", "playwright", "install", "chromium"]
        return subprocess.run(command, check=False).returncode == 0
    return False


def main(programs: list[str]) -> int:
    missing = [name for name in programs if not is_there(name)]
    for name in missing:
        install(PACKAGES[name])
    still = [name for name in missing if not is_there(name)]
    for name in still:
        sys.stderr.write(
            f"{name} is missing and could not be installed: install the package"
            f" {PACKAGES[name]}, then run this again.\n"
        )
    return 1 if still else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
