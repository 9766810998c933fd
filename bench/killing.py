"""`make proof-kills`: web workers and the database are killed (-9) while people act on cases and send reports.

A cluster and a server of their own, thrown away afterwards. KILLS (200) and SEED from the environment. A client
that hears nothing reads the case again and goes on where it stands, as a person or a telephone would. At the end
every case must have each of its acts exactly once, in order, whether it was acknowledged or not; every document
must be whole and its numbers without a gap; every report exactly one case.
"""

import os
import random
import shutil
import signal
import sys
import tempfile
import threading
import time
from contextlib import suppress
from pathlib import Path

KILLS = int(os.environ.get("KILLS", "200"))
SEED = int(os.environ.get("SEED", "4"))
CLIENTS = 4
MOST_SECONDS = 1800
BETWEEN_KILLS = (0.4, 1.6)  # seconds after the service is back


def main() -> int:
    home = Path(tempfile.mkdtemp(prefix="kills-", dir="/tmp"))
    home.chmod(0o755)  # the cluster's own user passes through
    os.environ["DATA_DIR"] = str(home)
    os.environ.pop("DATABASE_URL", None)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gis_core.settings")
    from bench.killed_service import Service

    service = Service()
    try:
        service.begin()
        return _proof(service)
    finally:
        service.end()
        shutil.rmtree(home, ignore_errors=True)


def _proof(service) -> int:
    from bench.killed_check import check
    from bench.killed_clients import Client, Ledger

    rng, ledger = random.Random(SEED), Ledger()  # noqa: S311  no secret hangs on it
    enough = threading.Event()
    clients = [Client(service.address, ledger, random.Random(SEED + number), enough) for number in range(CLIENTS)]  # noqa: S311
    threads = [threading.Thread(target=client.run, daemon=True) for client in clients]
    for thread in threads:
        thread.start()
    started = time.monotonic()
    back = list(_kills(service, rng, started + MOST_SECONDS))
    enough.set()
    for thread in threads:
        thread.join()
    service.wait_until_it_answers()
    print(_told(back, ledger, time.monotonic() - started), flush=True)
    faults = [fault for client in clients for fault in client.faults] + check(ledger)
    for fault in faults:
        print("FAULT", fault)
    print("0 faults" if not faults else f"{len(faults)} faults")
    return 1 if faults else 0


def _kills(service, rng, until):
    for number in range(KILLS):
        if time.monotonic() > until:
            print(f"Only {number} kills in {MOST_SECONDS} s.")
            return
        time.sleep(rng.uniform(*BETWEEN_KILLS))
        yield service.kill(rng)


def _told(back, ledger, took) -> str:
    by_kind = {kind: [seconds for one, seconds in back if one == kind] for kind in sorted({one for one, _s in back})}
    lines = [f"{len(back)} kills in {took:.0f} s; {ledger.summary()}"]
    for kind, seconds in by_kind.items():
        middle = sorted(seconds)[len(seconds) // 2]
        lines.append(
            f"{kind}: {len(seconds)} times, answering again after {middle:.2f} s (median), {max(seconds):.2f} s (most)"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        signal.signal(signal.SIGTERM, lambda *_given: sys.exit(1))
        sys.exit(main())
