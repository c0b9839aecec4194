"""``istek token``: what an administrator shows a service to ask it by hand."""

import time
from pathlib import Path

import pytest
from typer.testing import CliRunner

from deploy.cli import app
from shared.settings import ServiceSettings
from shared.web.service_auth.gate import COMMAND_LINE, SERVICES
from shared.web.service_auth.keys import PublicKeys
from shared.web.service_auth.tokens import asker

RUN = CliRunner()


@pytest.fixture(autouse=True)
def _data(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ISTEK_DATA", str(tmp_path))


def test_the_printed_token_proves_the_command_line_to_the_named_service() -> None:
    printed = RUN.invoke(app, ["token", "intake"])
    keys = PublicKeys(ServiceSettings().service_key_folder)
    assert printed.exit_code == 0
    assert asker(printed.stdout.strip(), "intake", SERVICES, keys.of, int(time.time())) == COMMAND_LINE


def test_a_service_that_does_not_exist_is_named() -> None:
    refused = RUN.invoke(app, ["token", "intake2"])
    assert refused.exit_code == 2
    assert "there is no service intake2" in refused.stderr
