"""Chromium for the browser tests: the one that is there, else the system's package, else Playwright's own."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find() -> Path | None:
    """Return the browser to test with, or None when there is none."""
    for name in NAMES:
        if found := shutil.which(name):
            return Path(found)
    return _playwrights_own()


def install() -> bool:
    """Install a browser where we may; return whether there is one now."""
    if shutil.which("apt-get") and os.geteuid() == 0:
        quietly = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for command in (
            ["apt-get", "update"],
            ["apt-get", "install", "-y", "--no-install-recommends", "chromium"],
        ):
            subprocess.run(command, env=quietly, stdout=subprocess.DEVNULL, check=False)
    if find() is None:
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)
    return find() is not None


def _playwrights_own() -> Path | None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = Path(playwright.chromium.executable_path)
    return path if path.exists() else None


def main() -> None:
    """See to it that there is a browser; without one, say so and fail only where nobody would read it."""
    if find() is not None:
        return
    print("Installing Chromium for the browser tests ...", flush=True)
    if install():
        return
    print("No Chromium: the browser tests will be skipped. Install chromium or google-chrome to run them.")
    if os.environ.get("CI"):
        sys.exit(1)


if __name__ == "__main__":
    main()
