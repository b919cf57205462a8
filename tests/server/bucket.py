"""An S3 server for tests, with one bucket; what speaks to it finds it by the environment, as in production."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import boto3
import pytest
from moto.server import ThreadedMotoServer
from s3fs import S3FileSystem

BUCKET = "beginend"
STORE = f"s3://{BUCKET}/platform"


def environment_of(address: str, port: int) -> dict[str, str]:
    """Return the variables by which a process finds the server."""
    return {
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ENDPOINT_URL": f"http://{address}:{port}",
    }


@contextmanager
def s3_server(address: str = "127.0.0.1") -> Iterator[dict[str, str]]:
    """Serve a bucket and yield the variables by which it is found; this process has them meanwhile."""
    server = ThreadedMotoServer(ip_address=address, port=0, verbose=False)
    server.start()
    variables = environment_of(address, server.get_host_and_port()[1])
    with pytest.MonkeyPatch.context() as patched:
        for name, value in variables.items():
            patched.setenv(name, value)
        for name in [name for name in os.environ if name.lower().endswith("_proxy")]:
            patched.delenv(name)
        client = boto3.client("s3", endpoint_url=variables["AWS_ENDPOINT_URL"])
        client.create_bucket(Bucket=BUCKET)
        client.close()
        S3FileSystem.clear_instance_cache()  # which would speak to a server of before
        try:
            yield variables
        finally:
            server.stop()
