"""Between a test's last request and the emptying of its tables."""

import threading

import pytest

from tests.browser import door as doors
from tests.browser.door import Door


class SlowAnswer:
    """Holds the request until it is let go; `closed` is what wsgiref calls last."""

    def __init__(self):
        self.begun, self.let_go, self.closed = threading.Event(), threading.Event(), False

    def __call__(self, environ, start_response):
        self.begun.set()
        assert self.let_go.wait(10)
        return self

    def __iter__(self):
        yield b"done"

    def close(self):
        self.closed = True


def ask(door, heard):
    answer = door({"REQUEST_METHOD": "GET", "PATH_INFO": "/slow/"}, lambda status, headers: heard.append(status))
    heard.extend(answer)
    if hasattr(answer, "close"):
        answer.close()


def test_the_door_is_shut_only_when_the_last_answer_is_closed_and_lets_nobody_in_after():
    slow, heard = SlowAnswer(), []
    door = Door(slow)
    guest = threading.Thread(target=ask, args=(door, heard))
    guest.start()
    assert slow.begun.wait(10)
    shutting = threading.Thread(target=door.shut)
    shutting.start()
    shutting.join(0.2)
    assert shutting.is_alive()
    slow.let_go.set()
    shutting.join(10)
    guest.join(10)
    assert not shutting.is_alive()
    assert slow.closed
    assert heard == [b"done"]
    late = []
    ask(door, late)
    assert late == ["503 Service Unavailable"]


def test_a_request_that_fails_is_counted_out():
    def broken(environ, start_response):
        raise ValueError("broken")

    door = Door(broken)
    with pytest.raises(ValueError, match="broken"):
        ask(door, [])
    door.shut()


def test_a_request_that_never_ends_is_named(monkeypatch):
    monkeypatch.setattr(doors, "PATIENCE_S", 0.05)
    slow = SlowAnswer()
    door = Door(slow)
    guest = threading.Thread(target=ask, args=(door, []))
    guest.start()
    assert slow.begun.wait(10)
    with pytest.raises(AssertionError, match="GET /slow/"):
        door.shut()
    slow.let_go.set()
    guest.join(10)
