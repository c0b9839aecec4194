"""Brings the browser assets of package.json into the repository; only this step needs Node.

python -m shared.web.vendor lock    # after editing package.json: hashes without addresses
python -m shared.web.vendor copy    # the locked files with their licences, and VENDOR.json
python -m shared.web.vendor theme   # theme.css from designsystemet.config.json
"""

import argparse
import hashlib
import json
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

REPOSITORY: Final = Path(__file__).parents[2]
SHIPPED: Final = REPOSITORY / "shared/web/static/vendor"
TEST_ONLY: Final = REPOSITORY / "tests/browser/vendor"
THEME: Final = REPOSITORY / "shared/web/static/theme.css"
MANIFEST: Final = SHIPPED / "VENDOR.json"

# package -> where to, files of the package and their names here
FILES: Final[dict[str, tuple[Path, dict[str, str]]]] = {
    "@digdir/designsystemet-css": (
        SHIPPED,
        {"dist/src/index.css": "designsystemet.css", "LICENSE": "designsystemet.LICENSE.txt"},
    ),
    "htmx.org": (SHIPPED, {"dist/htmx.min.js": "htmx.min.js", "LICENSE": "htmx.LICENSE.txt"}),
    "leaflet": (
        SHIPPED,
        {
            "dist/leaflet.js": "leaflet.js",
            "dist/leaflet.css": "leaflet.css",
            "LICENSE": "leaflet.LICENSE.txt",
        },
    ),
    "axe-core": (TEST_ONLY, {"axe.min.js": "axe.min.js", "LICENSE": "axe.LICENSE.txt"}),
}


def lock() -> None:
    """Write package-lock.json from package.json."""
    _npm("install", "--package-lock-only", "--omit-lockfile-registry-resolved", folder=REPOSITORY)
    path = REPOSITORY / "package-lock.json"
    locked = json.loads(path.read_text())
    for package in locked["packages"].values():
        # Addresses of donation pages: nothing an installation needs.
        package.pop("funding", None)
    path.write_text(json.dumps(locked, indent=2, ensure_ascii=False) + "\n")


def copy() -> None:
    """Install the locked packages aside, copy the listed files, write VENDOR.json."""
    with tempfile.TemporaryDirectory() as folder:
        modules = _install(Path(folder))
        for package, (target, names) in FILES.items():
            target.mkdir(parents=True, exist_ok=True)
            for source, name in names.items():
                shutil.copyfile(modules / package / source, target / name)
        versions = {package: _version(modules / package) for package in FILES}
    MANIFEST.write_text(json.dumps(manifest(versions), indent=2) + "\n")


def theme() -> None:
    """Write theme.css from the colours in designsystemet.config.json."""
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        _install(work)
        shutil.copyfile(REPOSITORY / "designsystemet.config.json", work / "designsystemet.config.json")
        _npm("exec", "--", "designsystemet", "tokens", "create", folder=work)
        _npm("exec", "--", "designsystemet", "tokens", "build", "--out-dir", "build", folder=work)
        shutil.copyfile(work / "build/istek.css", THEME)


def manifest(versions: dict[str, str]) -> dict[str, Any]:
    """Return version and sha256 of every file as it lies in the repository.

    Args:
        versions: version by package name.
    """
    return {
        package: {
            "version": versions[package],
            "files": {
                (target / name).relative_to(REPOSITORY).as_posix(): _sha256(target / name)
                for name in names.values()
            },
        }
        for package, (target, names) in FILES.items()
    }


def _install(folder: Path) -> Path:
    for name in ("package.json", "package-lock.json"):
        shutil.copyfile(REPOSITORY / name, folder / name)
    _npm("ci", "--ignore-scripts", folder=folder)
    return folder / "node_modules"


def _npm(*arguments: str, folder: Path) -> None:
    npm = shutil.which("npm")
    if npm is None:
        raise SystemExit("npm was not found: install Node.js 22 or later to renew the browser assets")
    command = [npm, *arguments] if arguments[0] == "exec" else [npm, *arguments, "--no-audit", "--no-fund"]
    subprocess.run(command, cwd=folder, check=True)  # noqa: S603 fixed commands of this module


def _version(package: Path) -> str:
    return str(json.loads((package / "package.json").read_text())["version"])


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def main() -> None:
    """Run the step named on the command line."""
    steps: dict[str, Callable[[], None]] = {"lock": lock, "copy": copy, "theme": theme}
    parser = argparse.ArgumentParser(description="Renew the browser assets")
    parser.add_argument("step", choices=steps)
    steps[parser.parse_args().step]()


if __name__ == "__main__":
    main()
