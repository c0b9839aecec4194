"""Files in a real object store: kept, replaced, removed; away, without its bucket, or refusing us."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from services.intake.attachments.s3_settings import S3Settings
from shared.outcomes import UnavailableError
from shared.storage import ObjectFiles
from tests.support.objects import SECRET_KEY, ObjectServer, object_server

LARGE = bytes(range(256)) * 40_000


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ObjectServer]:
    server = object_server(tmp_path)
    with server.process:
        server.make_bucket()
        yield server


async def every_method_fails(files: ObjectFiles) -> set[str]:
    said = set()
    for attempt in (files.put("a", b"x"), files.get("a"), files.remove("a"), files.ping()):
        with pytest.raises(UnavailableError) as failure:
            await attempt
        said.add(str(failure.value))
    return said


async def test_a_file_comes_back_whole_and_is_replaced_and_removed(server: ObjectServer) -> None:
    files = ObjectFiles(server.bucket)
    await files.ping()
    assert await files.get("a") is None
    await files.put("a", LARGE)
    await files.put("b", b"other")
    assert await files.get("a") == LARGE
    await files.put("a", b"small")
    assert await files.get("a") == b"small"
    assert sorted(server.names()) == ["attachments/a", "attachments/b"]
    await files.remove("a")
    await files.remove("a")
    assert await files.get("a") is None
    assert server.names() == ["attachments/b"]


async def test_a_store_that_is_away_is_unavailable_and_works_again_when_it_is_back(
    server: ObjectServer,
) -> None:
    files = ObjectFiles(server.bucket)
    await files.ping()
    server.process.kill()
    assert await every_method_fails(files) == {"object store away: GenericError"}
    server.process.start()
    server.make_bucket()
    await files.put("a", b"again")
    assert await files.get("a") == b"again"


async def test_a_missing_bucket_never_looks_like_a_missing_file(server: ObjectServer) -> None:
    (said,) = await every_method_fails(ObjectFiles(replace(server.bucket, name="nobodys")))
    assert "no bucket nobodys; create it" in said


async def test_a_bucket_in_the_host_of_addresses_is_reached_by_the_setting(
    server: ObjectServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = server.settings | {
        "ISTEK_ATTACHMENT_S3_ENDPOINT": "http://s3.example:9000",
        "ISTEK_ATTACHMENT_S3_PATH_STYLE": "false",
        # No name service knows that host, but who asks a proxy need not know it.
        "HTTP_PROXY": server.endpoint,
        "NO_PROXY": "127.0.0.1",
    }
    for name, value in elsewhere.items():
        monkeypatch.setenv(name, value)
    files = S3Settings().files()
    assert files
    await files.ping()
    await files.put("a", LARGE)
    assert server.names() == ["attachments/a"]
    assert await files.get("a") == LARGE
    await files.remove("a")
    assert await files.get("a") is None
    monkeypatch.setenv("ISTEK_ATTACHMENT_S3_BUCKET", "nobodys")
    nobodys = S3Settings().files()
    assert nobodys
    (said,) = await every_method_fails(nobodys)
    assert "no bucket nobodys; create it" in said


async def test_refused_credentials_are_told_without_the_secret(server: ObjectServer) -> None:
    server.admit(0)
    (said,) = await every_method_fails(ObjectFiles(server.bucket))
    assert "refuses the access key" in said
    assert SECRET_KEY not in said + repr(server.bucket)
