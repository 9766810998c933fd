"""The private cluster, each test with one of its own: made, killed, stopped, in awkward places."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from gis_core import cluster_home, local_postgis, postgres_programs


@pytest.fixture
def place(monkeypatch):
    """Give an open folder under /tmp of which the cluster's owner, too, may be another user."""
    made = Path(tempfile.mkdtemp(prefix="pg"))
    made.chmod(0o755)

    monkeypatch.setenv("DATA_DIR", str(made / "d"))  # at once: a test that is skipped must not stop the real one

    def choose(name="d"):
        monkeypatch.setenv("DATA_DIR", str(made / name))
        return made / name

    yield choose
    local_postgis.stop()
    shutil.rmtree(cluster_home.cluster().socket, ignore_errors=True)
    shutil.rmtree(made)


def answer(statement):
    here = cluster_home.cluster()
    return local_postgis._sql(here, local_postgis.DATABASE, statement)


def test_a_cluster_is_made_with_postgis_and_listens_on_no_network(place):
    place()
    local_postgis.start()
    assert answer("SELECT postgis_lib_version()").startswith("3.")
    assert answer("SHOW listen_addresses") == ""
    assert answer("SELECT count(*) FROM pg_stat_activity WHERE client_addr IS NOT NULL") == "0"


def test_starting_twice_keeps_server_and_data(place):
    place()
    local_postgis.start()
    answer("CREATE TABLE kept AS SELECT 7 AS n")
    server = cluster_home.cluster().data.joinpath("postmaster.pid").read_text()
    local_postgis.start()
    assert answer("SELECT n FROM kept") == "7"
    assert cluster_home.cluster().data.joinpath("postmaster.pid").read_text() == server


def test_a_killed_server_starts_again_with_its_committed_data(place):
    place()
    local_postgis.start()
    here = cluster_home.cluster()
    answer("CREATE TABLE kept AS SELECT 7 AS n")
    os.kill(int(local_postgis._pid(here)), signal.SIGKILL)
    while local_postgis.is_running(here):
        os.sched_yield()
    local_postgis.start()
    assert answer("SELECT n FROM kept") == "7"


def test_a_process_number_that_passed_to_another_program_is_no_server(place):
    place()
    local_postgis.start()
    here = cluster_home.cluster()
    noted = here.data / "postmaster.pid"
    lines = noted.read_text().splitlines()
    local_postgis.stop()
    for note in (noted, here.socket / f".s.PGSQL.{cluster_home.PORT}.lock"):
        note.write_text("\n".join([str(os.getpid()), *lines[1:]]) + "\n")
        if os.geteuid() == 0:
            shutil.chown(note, here.owner)
    assert not local_postgis.is_running(here)
    local_postgis.start()
    assert answer("SELECT 1") == "1"


def test_a_cluster_broken_off_in_the_making_is_made_anew(place):
    folder = place()
    half = folder / "postgis" / "data.making"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("15\n")
    local_postgis.start()
    assert answer("SELECT 1") == "1"


@pytest.mark.parametrize("name", ["with space", "荥阳", "o'clock", "a,b", "long" * 25, "汉" * 40])
def test_the_folder_may_have_any_name(place, name):
    place(name)
    local_postgis.start()
    assert answer("SELECT 1") == "1"
    assert local_postgis.stop()
    assert not local_postgis.is_running(cluster_home.cluster())


def test_two_folders_have_two_clusters(place):
    place("one")
    local_postgis.start()
    answer("CREATE TABLE of_one ()")
    place("two")
    local_postgis.start()
    assert answer("SELECT to_regclass('of_one') IS NULL") == "t"
    local_postgis.stop()
    place("one")
    assert answer("SELECT to_regclass('of_one') IS NULL") == "f"


def test_the_server_keeps_no_pipe_of_who_started_it(place):
    """subprocess reads until every holder of the pipe is gone: a server that held it would never end this."""
    place()
    done = subprocess.run(
        [sys.executable, "-m", "gis_core.local_postgis", "start"],
        cwd=cluster_home.PROJECT, capture_output=True, timeout=120, check=True,
    )  # fmt: skip
    assert done.stderr == b""
    assert local_postgis.is_running(cluster_home.cluster())


def test_a_socket_folder_of_someone_else_is_refused(place):
    """Under /tmp anybody may have made it first, and would then answer in the database's place."""
    if os.geteuid() != 0:
        pytest.skip("only root can give a folder away")
    place("long" * 25)
    here = cluster_home.cluster()
    here.socket.mkdir()
    shutil.chown(here.socket, "daemon")
    with pytest.raises(postgres_programs.ClusterError, match="belongs to someone else"):
        local_postgis.start()


def test_stopping_what_does_not_run_says_so(place):
    place()
    assert local_postgis.stop() is False


def test_the_newest_postgresql_with_postgis_is_taken():
    newest = max(
        int(control.parts[-3]) for control in Path("/usr/share/postgresql").glob("*/extension/postgis.control")
    )
    assert postgres_programs.bin_dir() == Path(f"/usr/lib/postgresql/{newest}/bin")


def test_a_cluster_of_a_postgresql_that_is_gone_names_the_version():
    with pytest.raises(postgres_programs.ClusterError, match="No PostgreSQL 9 with PostGIS 3"):
        postgres_programs.bin_dir("9")
