"""The live server's door. Pages ask on until they are closed, and a request that is still at work while the tables are
emptied deadlocks with that: after each test the door is shut, and the last answer waited for."""

import threading

PATIENCE_S = 60


class Door:
    """WSGI, around the server's application: whoever is within counts until his answer is closed; after `shut` nobody
    comes in."""

    def __init__(self, application):
        self.application = application
        self.within = []
        self.open = True
        self.moved = threading.Condition()

    def __call__(self, environ, start_response):
        with self.moved:
            if not self.open:
                start_response("503 Service Unavailable", [("Content-Length", "0")])
                return []
            guest = Guest(self, environ["REQUEST_METHOD"] + " " + environ["PATH_INFO"])
            self.within.append(guest)
        try:
            guest.answer = self.application(environ, start_response)
        except BaseException:
            guest.close()
            raise
        return guest

    def shut(self):
        """Returns when the last one has gone."""
        with self.moved:
            self.open = False
            gone = self.moved.wait_for(lambda: not self.within, timeout=PATIENCE_S)
            assert gone, f"Still at work: {[guest.asked for guest in self.within]}"


class Guest:
    """A request from its arrival to the closing of its answer."""

    def __init__(self, door, asked):
        self.door, self.asked, self.answer = door, asked, ()

    def __iter__(self):
        return iter(self.answer)

    def close(self):
        try:
            if hasattr(self.answer, "close"):
                self.answer.close()
        finally:
            with self.door.moved:
                self.door.within.remove(self)
                self.door.moved.notify_all()
