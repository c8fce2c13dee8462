"""The benchmark's own command line; `setup/bench` calls it."""

import argparse
import signal
import sys
import time
from datetime import datetime, timezone
from pathlib import Path

from . import measurements, report
from .child import ChildError
from .console import Bar
from .databases import Databases
from .plan import LEVELS


def main():
    """Measure the rows one after the other and write the report."""
    options = _parse()
    signal.signal(signal.SIGTERM, lambda *_args: sys.exit(143))
    plan = LEVELS[options.level]
    templates = {"ours": options.ours, "peer": options.peer}
    databases = Databases(options.config, templates, plan)
    started, results, failed = time.monotonic(), {}, []
    try:
        for key, row in _choose(options.only).items():
            try:
                with Bar(row.title, row.count_turns(plan)) as bar:
                    results[key] = row.measure(databases, plan, bar)
            except ChildError as error:
                failed.append(key)
                print(f"  {error}", flush=True)
    finally:
        databases.close()
    facts = {
        "level": options.level,
        "date": datetime.now(timezone.utc).isoformat(timespec="minutes"),
        "minutes": round((time.monotonic() - started) / 60, 1),
        "failed": failed,
    }
    report.write(options.output, facts, plan, results)
    return 1 if failed else 0


def _parse():
    parser = argparse.ArgumentParser(prog="tests.bench")
    parser.add_argument("--config", type=Path, required=True)
    parser.add_argument("--level", choices=LEVELS, required=True)
    parser.add_argument("--ours", required=True)
    parser.add_argument("--peer", required=True)
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--only", action="append")
    return parser.parse_args()


def _choose(wanted):
    """Return the rows to measure, in their order: dict of key: row."""
    known = measurements.collect()
    unknown = set(wanted or ()) - known.keys()
    if unknown:
        sys.exit(f"error: no such row; there are: {', '.join(known)}")
    return {key: row for key, row in known.items() if not wanted or key in wanted}


if __name__ == "__main__":
    sys.exit(main())
