"""An object store of one's own that speaks S3: moto's server, as a process on this machine."""

import math
import sys
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import boto3

from deploy.embedded.process import ServerProcess
from shared.storage import Bucket
from tests.support.ports import own_ports

NAME: Final = "istek-dosya"
REGION: Final = "eu-central-1"
ACCESS_KEY: Final = "istek"
SECRET_KEY: Final = "only-this-machine"


@dataclass(frozen=True)
class ObjectServer:
    """A server, to be killed and started again, and looked into past our own code."""

    process: ServerProcess
    endpoint: str

    @property
    def bucket(self) -> Bucket:
        """The bucket as our code is told of it."""
        return Bucket(NAME, self.endpoint, REGION, ACCESS_KEY, SECRET_KEY, prefix="attachments", retries=1)

    @property
    def settings(self) -> dict[str, str]:
        """The bucket as the environment tells intake of it."""
        told = {
            "BUCKET": NAME,
            "ENDPOINT": self.endpoint,
            "REGION": REGION,
            "ACCESS_KEY": ACCESS_KEY,
            "SECRET_KEY": SECRET_KEY,
            "RETRIES": "1",
        }
        return {f"ISTEK_ATTACHMENT_S3_{name}": value for name, value in told.items()}

    def make_bucket(self) -> None:
        """Create the bucket."""
        where: Any = {"LocationConstraint": REGION}
        self._client.create_bucket(Bucket=NAME, CreateBucketConfiguration=where)

    def admit(self, requests: float = math.inf) -> None:
        """Let anybody in, for so many requests; from then on nobody is known. No object goes meanwhile."""
        count = urllib.request.Request(
            f"{self.endpoint}/moto-api/reset-auth", str(requests).encode(), {"Content-Type": "text/plain"}
        )
        urllib.request.urlopen(count, timeout=60).close()

    def names(self) -> list[str]:
        """Return the names of all objects."""
        return [o["Key"] for o in self._client.list_objects_v2(Bucket=NAME).get("Contents", [])]

    def content(self, name: str) -> bytes:
        """Return an object."""
        content: bytes = self._client.get_object(Bucket=NAME, Key=name)["Body"].read()
        return content

    @property
    def _client(self) -> Any:  # noqa: ANN401 - boto3 makes its clients' types at run time
        return boto3.client(
            "s3",
            endpoint_url=self.endpoint,
            region_name=REGION,
            aws_access_key_id=ACCESS_KEY,
            aws_secret_access_key=SECRET_KEY,
        )


def object_server(folder: Path) -> ObjectServer:
    """Return a server to start, whose log goes to ``folder``; it lets anybody in."""
    (port,) = own_ports(1)
    endpoint = f"http://127.0.0.1:{port}"
    command = [
        sys.executable,
        "-c",
        "from moto.server import main; main()",
        "-H",
        "127.0.0.1",
        "-p",
        str(port),
    ]
    process = ServerProcess("moto", command, folder / "moto.log", lambda: _answers(endpoint))
    return ObjectServer(process, endpoint)


def _answers(endpoint: str) -> bool:
    try:
        urllib.request.urlopen(f"{endpoint}/moto-api/", timeout=2).close()
    except OSError:
        return False
    return True
