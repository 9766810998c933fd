"""What a hostile file may try: reach a network, read another file, take memory, outlive its reader."""

import os
import resource
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from gis_core.parsing import worker
from gis_core.reading import ReadingError, open_features, open_rows
from tests.gis_core.shapefile_writer import write

PROJECT = Path(__file__).parents[2]
COLLECTION = '{"type":"FeatureCollection","features":[%s]}'
POINT = '{"type":"Feature","properties":{},"geometry":{"type":"Point","coordinates":[113.4,34.8]}}'


@pytest.fixture
def listener():
    """A server on the loopback address that notes who calls."""
    server = socket.create_server(("127.0.0.1", 0))
    calls = []

    def answer():
        while True:
            try:
                connection, address = server.accept()
            except OSError:
                return
            calls.append(address)
            connection.close()

    thread = threading.Thread(target=answer, daemon=True)
    thread.start()
    yield server.getsockname()[1], calls
    server.shutdown(socket.SHUT_RDWR)
    server.close()
    thread.join()


def read(path):
    with open_features(path, "wgs84") as reading:
        return list(reading)


def call(port):
    """What shows that the listener listens."""
    socket.create_connection(("127.0.0.1", port)).close()


VRT = """<OGRVRTDataSource><OGRVRTLayer name="a"><SrcDataSource>{source}</SrcDataSource>
<SrcLayer>other</SrcLayer></OGRVRTLayer></OGRVRTDataSource>"""


@pytest.mark.parametrize("suffix", [".shp", ".gpkg", ".kml", ".geojson", ".json", ".zip"])
@pytest.mark.parametrize("source", ["http", "file"])
def test_a_vrt_under_any_name_reaches_neither_a_network_nor_a_file(tmp_path, listener, suffix, source):
    port, calls = listener
    other = write(tmp_path / "other.shp", [(113.4, 34.8)])
    target = f"/vsicurl/http://127.0.0.1:{port}/a.geojson" if source == "http" else str(other)
    path = tmp_path / f"a{suffix}"
    path.write_text(VRT.format(source=target))
    for part in (".shx", ".dbf"):
        (tmp_path / f"a{part}").write_bytes(other.with_suffix(part).read_bytes())
    with pytest.raises(ReadingError, match=f"a{suffix}"):
        read(path)
    assert calls == []
    call(port)


@pytest.mark.parametrize(
    "form",
    [
        "/vsicurl/http://127.0.0.1:{port}/a.geojson",
        "http://127.0.0.1:{port}/a.geojson",
        "WFS:http://127.0.0.1:{port}",
        "/vsizip/a.zip/a.shp",
        "/vsistdin/a.geojson",
    ],
)
def test_only_files_of_this_machine_are_files(listener, form):
    port, calls = listener
    for read_it in (open_features, open_rows):
        with pytest.raises(ReadingError):
            read_it(form.format(port=port))
    assert calls == []


@pytest.mark.parametrize("name", [".", "none.shp", "a.exe", "a.vrt", "a", "a.xls"])
def test_what_is_no_file_or_of_no_known_kind_is_a_sentence(tmp_path, name):
    for file in ("a.exe", "a.vrt", "a", "a.xls"):
        (tmp_path / file).write_text("x")
    for read_it in (open_features, open_rows):
        with pytest.raises(ReadingError):
            read_it(tmp_path / name)


def test_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "a.geojson")
    with pytest.raises(ReadingError):
        open_features(tmp_path / "a.geojson", "wgs84")


@pytest.mark.parametrize(
    "declaration",
    [
        '<!DOCTYPE kml [<!ENTITY x SYSTEM "http://127.0.0.1:{port}/x">]>',
        '<!DOCTYPE kml [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE kml SYSTEM "http://127.0.0.1:{port}/kml.dtd">',
        '<!DOCTYPE kml [<!ENTITY x "xxxxxxxxxx"><!ENTITY y "&x;&x;&x;&x;&x;&x;&x;">]>',
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_in_kml_are_refused_unread(tmp_path, listener, declaration, encoding):
    port, calls = listener
    path = tmp_path / "a.kml"
    head = f'<?xml version="1.0" encoding="{encoding}"?>' + declaration.format(port=port)
    path.write_text(f"{head}<kml><Placemark><name>&x;</name></Placemark></kml>", encoding=encoding)
    with pytest.raises(ReadingError, match=r"a\.kml"):
        read(path)
    assert calls == []


def test_a_network_link_in_kml_is_not_followed(tmp_path, listener):
    port, calls = listener
    path = tmp_path / "a.kml"
    path.write_text(f"<kml><NetworkLink><Link><href>http://127.0.0.1:{port}/</href></Link></NetworkLink></kml>")
    assert read(path) == []
    assert calls == []


def test_the_process_inherits_nothing_of_ours_and_is_limited(tmp_path, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgis://secret")
    path = tmp_path / "a.geojson"
    path.write_text(COLLECTION % ",".join([POINT] * 20_000))  # more than the pipe holds: it is still at work
    with open_features(path, "wgs84") as reading:
        next(reading)
        process = reading._features._process
        environment = Path(f"/proc/{process.pid}/environ").read_bytes()
        assert b"secret" not in environment
        for what, most in worker.LIMITS.items():
            assert resource.prlimit(process.pid, what)[0] <= most
    assert process.returncode is not None
    assert not Path(f"/proc/{process.pid}").exists()


def test_leaving_early_ends_the_process_and_removes_what_was_unpacked(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    path = tmp_path / "a.geojson"
    path.write_text(COLLECTION % ",".join([POINT] * 20_000))
    with open_features(path, "wgs84") as reading:
        process = reading._features._process
        assert process.poll() is None
    assert process.returncode is not None
    assert not Path(f"/proc/{process.pid}").exists()


def test_a_process_that_dies_is_a_sentence_and_not_the_end_of_the_file(tmp_path):
    path = tmp_path / "a.geojson"
    path.write_text(COLLECTION % ",".join([POINT] * 20_000))
    with open_features(path, "wgs84") as reading:
        assert next(reading).number == 1
        reading._features._process.kill()
        with pytest.raises(ReadingError, match=r"a\.geojson"):
            list(reading)


def test_a_value_that_fills_the_memory_is_a_sentence(tmp_path):
    """A line of 9 million positions would take gigabytes as Python numbers; the process has one."""
    path = tmp_path / "a.geojson"
    with path.open("w") as handle:
        handle.write('{"type":"FeatureCollection","features":[{"type":"Feature","properties":{},"geometry":'
                     '{"type":"LineString","coordinates":[[0,0]')  # fmt: skip
        for _ in range(90):
            handle.write(",[1.5,2.5]" * 100_000)
        handle.write("]}}]}")
    with pytest.raises(ReadingError, match=r"a\.geojson"):
        read(path)


def test_the_process_cannot_write_or_connect(tmp_path, listener):
    """Asked in the process itself, after it has limited itself."""
    port, calls = listener
    code = (
        "import signal, socket; from gis_core.parsing import worker\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "worker._limit()\n"
        f"file = open({str(tmp_path / 'out')!r}, 'wb', buffering=0)\n"
        "try: file.write(b'x'); print('wrote')\n"
        "except OSError: print('refused')\n"
        f"try: socket.create_connection(('127.0.0.1', {port}), 2); print('connected')\n"
        "except OSError: print('unreachable')\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=True)
    wrote, reached = done.stdout.split()
    assert wrote == "refused"
    if not _kernel_allows_own_networks():
        pytest.skip("this kernel allows no network of one's own; the other tests of this file still hold")
    assert (reached, calls) == ("unreachable", [])


def test_memory_does_not_grow_with_the_number_of_features(tmp_path):
    """60,000 features held at once would be 60 MB; from the first to the 50,000th less than 10 come on."""
    path = tmp_path / "a.geojson"
    path.write_text(COLLECTION % ",".join([POINT] * 60_000))
    with open_features(path, "wgs84") as reading:
        process = reading._features._process
        peaks = [_peak_kb(process.pid) for feature in reading if feature.number in (1, 50_000)]
    assert peaks[1] < peaks[0] + 10_000


def _kernel_allows_own_networks():
    return any(
        subprocess.run(["unshare", option, "true"], capture_output=True, check=False).returncode == 0
        for option in ("-n", "-rn")
    )


def _peak_kb(pid):
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0])
