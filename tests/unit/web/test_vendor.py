import gzip
import json
from pathlib import Path

from shared.web import vendor
from shared.web.static_files import SHARED_STATIC


def test_vendored_files_are_the_locked_ones() -> None:
    recorded = json.loads(vendor.MANIFEST.read_text())
    assert recorded == vendor.manifest({package: entry["version"] for package, entry in recorded.items()})


def test_versions_agree_with_package_json_and_its_lock() -> None:
    recorded = {name: entry["version"] for name, entry in json.loads(vendor.MANIFEST.read_text()).items()}
    wanted = json.loads((vendor.REPOSITORY / "package.json").read_text())
    locked = json.loads((vendor.REPOSITORY / "package-lock.json").read_text())["packages"]
    asked_for = wanted["dependencies"] | wanted["devDependencies"]
    assert recorded.items() <= asked_for.items()
    assert recorded == {name: locked[f"node_modules/{name}"]["version"] for name in recorded}


def test_lock_names_no_host() -> None:
    lock = (vendor.REPOSITORY / "package-lock.json").read_text()
    assert "://" not in lock
    assert '"integrity"' in lock


def test_every_vendored_file_is_listed_and_has_its_licence() -> None:
    listed = {
        name for target, names in vendor.FILES.values() if target == vendor.SHIPPED for name in names.values()
    }
    assert {path.name for path in vendor.SHIPPED.iterdir()} == listed | {"VENDOR.json"}
    assert all("LICENSE" in names for _, names in vendor.FILES.values())


def test_own_stylesheets_stay_within_their_budget() -> None:
    assert packed_size(SHARED_STATIC / "istek.css") <= 10_240


def test_stylesheets_and_icons_of_a_citizen_page_stay_within_45_kilobytes() -> None:
    names = ("vendor/designsystemet.css", "theme.css", "istek.css", "icons.svg")
    assert sum(packed_size(SHARED_STATIC / name) for name in names) <= 45 * 1024


def packed_size(path: Path) -> int:
    return len(gzip.compress(path.read_bytes(), 9))
