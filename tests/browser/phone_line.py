"""The line between a phone and the server: cut whole, or once at a request, before or after the server has it."""

import http.client
import re
import threading
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

BEFORE, HALFWAY, AFTER = "before", "halfway", "after"
NOT_PASSED_ON = {"connection", "keep-alive", "transfer-encoding", "content-length"}


@dataclass
class Line:
    """`cut` is a dead line. A trap breaks the first request of its method and address, and is gone."""

    target: tuple[str, int]
    cut: bool = False
    trap: tuple[str, str, str] | None = None  # method, expression of the address, when
    sprung: threading.Event = field(default_factory=threading.Event)
    heard: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def set_trap(self, method, address, when):
        self.sprung.clear()
        self.trap = (method, address, when)

    def breaks(self, method, path):
        """When this request breaks, if it does."""
        if self.cut:
            return BEFORE
        with self.lock:
            self.heard.append(f"{method} {path}")
            if self.trap and self.trap[0] == method and re.search(self.trap[1], path):
                when, self.trap = self.trap[2], None
                self.sprung.set()
                return when
        return None


class Carrier(BaseHTTPRequestHandler):
    """One request and its answer; every connection is for one of them, so that a browser tries nothing again."""

    protocol_version = "HTTP/1.1"
    line: Line

    def log_message(self, *_told):
        pass

    def carry(self):
        self.close_connection = True
        when = self.line.breaks(self.command, self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if when == BEFORE:
            return
        upstream = http.client.HTTPConnection(*self.line.target, timeout=60)
        try:
            self._pass_on(upstream, body, when)
        finally:
            upstream.close()

    def _pass_on(self, upstream, body, when):
        upstream.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
        for name, value in self.headers.items():
            if name.lower() not in NOT_PASSED_ON:
                upstream.putheader(name, value)
        upstream.putheader("Content-Length", str(len(body)))
        upstream.endheaders()
        if when == HALFWAY:
            with suppress(OSError):
                upstream.send(body[: len(body) // 2])
            return
        upstream.send(body)
        answer = upstream.getresponse()
        content = answer.read()
        if when == AFTER or self.line.cut:
            return
        self.send_response_only(answer.status, answer.reason)
        for name, value in answer.getheaders():
            if name.lower() not in NOT_PASSED_ON:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            with suppress(OSError):
                self.wfile.write(content)

    do_GET = do_POST = do_PATCH = do_HEAD = do_DELETE = do_OPTIONS = carry


@contextmanager
def line_to(host, port):
    """A line to the server at `host:port`; its own address is `line.address`."""
    line = Line((host, port))
    handler = type("OwnCarrier", (Carrier,), {"line": line})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    line.address = f"http://localhost:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield line
    finally:
        line.cut = True
        server.shutdown()
        server.server_close()
        thread.join()
