"""Starting and stopping the web server: one per checkout, never on a port of someone else."""

import os
import signal
import socket
import subprocess
import sys

import pytest

from setup import SetupError, web_server

# Stands in for the server: holds the lock as granian would, and ends only when it is told to.
SERVER = """
import os, sys
from setup import web_server
os.execv = lambda *arguments: (print("serving", flush=True), sys.stdin.read())
web_server.serve(int(sys.argv[1]))
"""


@pytest.fixture
def data_dir(tmp_path, monkeypatch):
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    return tmp_path


@pytest.fixture
def free_port():
    with socket.socket() as probe:
        probe.bind((web_server.HOST, 0))
        return probe.getsockname()[1]


@pytest.fixture
def server(data_dir, free_port):
    with subprocess.Popen(
        [sys.executable, "-c", SERVER, str(free_port)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as started:
        assert started.stdout.readline() == "serving\n"
        yield started
        started.kill()


def test_no_server_no_process(data_dir):
    assert web_server.running() is None
    assert web_server.stop() is False


def test_a_running_server_is_known_by_its_port(server, free_port):
    assert web_server.running() == free_port


def test_stop_ends_the_server_and_nothing_runs_afterwards(server):
    assert web_server.stop() is True
    assert server.wait() == -signal.SIGTERM
    assert web_server.running() is None


def test_a_note_left_by_a_killed_server_points_at_nobody(server):
    server.kill()
    server.wait()
    assert web_server.running() is None


def test_workers_that_outlived_their_master_do_not_count_as_running_and_are_ended(data_dir):
    note = data_dir / "web.pid"
    with note.open("a") as handle:
        handle.write("0 8000\n")
        handle.flush()
        web_server._lock(handle)
        with subprocess.Popen(["sleep", "600"], pass_fds=[handle.fileno()]) as orphan:
            handle.close()
            assert web_server.running() is None
            assert web_server.stop() is True
            assert orphan.wait() == -signal.SIGTERM


def test_a_note_with_the_number_of_another_program_stops_nobody(data_dir):
    (data_dir / "web.pid").write_text(f"{os.getpid()} 8000\n")
    assert web_server.stop() is False


def test_a_second_server_of_one_checkout_is_refused(server, free_port):
    with pytest.raises(SetupError, match="started elsewhere"):
        web_server.serve(free_port)


def test_a_port_of_another_program_is_refused_in_one_line(data_dir):
    with socket.socket() as other:
        other.bind((web_server.HOST, 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(SetupError, match=rf"^Port {port} is taken by another program: .*PORT={port + 1} make run"):
            web_server.check_port(port)


@pytest.mark.parametrize("given", ["0", "65536", "eight", "-1", "80 80"])
def test_a_port_that_is_none_is_refused(monkeypatch, given):
    monkeypatch.setenv("PORT", given)
    with pytest.raises(SetupError, match="PORT is a number from 1 to 65535"):
        web_server.wanted_port()


def test_threads_and_with_them_database_connections_are_bounded():
    assert web_server.WORKERS * web_server.THREADS_OF_A_WORKER <= 8
