"""Programs that the product is measured beside, in an environment of their own: locks/peers.txt."""

import json
import os
import shutil
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from bench import database, web
from gis_core import local_postgis
from setup import PROJECT, packages, run_quietly, say, web_server

LOCK = PROJECT / "locks" / "peers.txt"


def python() -> Path:
    """The Python of that environment, made when it is missing or of another lock."""
    home = local_postgis.data_dir() / "peers"
    stamp, program = home / "installed", home / "bin" / "python"
    if not stamp.exists() or stamp.read_text() != packages.stamp_of(LOCK):
        say("Installing the packages of locks/peers.txt …")
        shutil.rmtree(home, ignore_errors=True)
        run_quietly([sys.executable, "-m", "venv", home], failure="Python could not make an environment for peers.")
        run_quietly(
            [program, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes",
             "--only-binary", ":all:", "-r", LOCK],
            env={"PIP_DEFAULT_TIMEOUT": "60", "PIP_RETRIES": "10", **os.environ},
            failure="pip could not install the packages of locks/peers.txt: the lines above say why.",
        )  # fmt: skip
        stamp.write_text(packages.stamp_of(LOCK))
    return program


def database_url() -> str:
    """The bench's database as other programs read it: the socket's folder, quoted, in the place of the host."""
    private = local_postgis.database_settings()
    return f"postgresql://{private['USER']}@{quote(private['HOST'], safe='')}:{private['PORT']}/{database.NAME}"


@contextmanager
def tipg(tables: list[str], most_features: int):
    """tipg serving these tables as it is meant to run, one worker as ours; gives its port."""
    port = web.free_port()
    command = [python(), "-m", "uvicorn", "tipg.main:app", "--host", web_server.HOST, "--port", str(port)]
    environment = {
        **os.environ,
        "DATABASE_URL": database_url(),
        "TIPG_DB_TABLES": json.dumps(tables),
        "TIPG_MAX_FEATURES_PER_TILE": str(most_features),
        "TIPG_CATALOG_TTL": "0",  # it would look for new tables in between
    }
    process = subprocess.Popen([*command, "--log-level", "warning"], cwd=local_postgis.data_dir(), env=environment)
    try:
        web.wait_until_it_answers(f"http://{web_server.HOST}:{port}/healthz")
        yield port
    finally:
        process.terminate()
        process.wait(30)
