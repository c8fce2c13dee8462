"""The report: a table for people, JSON for programs, plots for the README."""

import json
import os
import platform
from pathlib import Path

from . import plots

HEADINGS = (
    "Work",
    "Tickets",
    "Due",
    "CPU ms (spread)",
    "Wall ms",
    "Queries",
    "Memory MB",
)


def write(folder, facts, plan, results):
    """Write all files of a run and say where they are.

    :param folder: where to
    :param facts: what is known of the run
    :param plan: how much was measured
    :param results: dict of row: :class:`Result`
    """
    folder.mkdir(parents=True, exist_ok=True)
    facts = {**facts, **_describe_machine()}
    data = {
        **facts,
        "plan": vars(plan),
        "rows": {
            key: {
                "series": [series.as_dict() for series in result.series],
                "targets": [target.as_dict() for target in result.targets],
                "remarks": result.remarks,
                "plots": result.plots,
            }
            for key, result in results.items()
        },
    }
    (folder / "bench.json").write_text(json.dumps(data, indent=1, default=str))
    text = format_report(facts, results)
    (folder / "bench.md").write_text(text)
    drawn = plots.draw(folder, results)
    print(text)
    print(f"Report, figures and plots: {folder} ({', '.join(drawn)})", flush=True)


def _describe_machine():
    return {
        "machine": _read_processor(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
    }


def _read_processor():
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def format_report(facts, results):
    """Return the report as Markdown.

    :param facts: what is known of the run
    :param results: dict of row: :class:`Result`
    """
    lines = [
        f"`setup/bench --{facts['level']}`, {facts['date']}, {facts['cores']} cores "
        f"({facts['machine']}), Python {facts['python']}, {facts['minutes']} minutes.",
        "",
        "Per incident, mail or request; CPU is that of Odoo and PostgreSQL together.",
        "",
        *_format_table(HEADINGS, _list_series(results)),
        "",
        *_format_table(("Target", "Required", "Measured", ""), _list_targets(results)),
    ]
    remarks = [remark for result in results.values() for remark in result.remarks]
    lines += ["", *(f"- {remark}" for remark in remarks)] if remarks else []
    if facts["failed"]:
        lines += ["", f"Not measured: {', '.join(facts['failed'])}."]
    return "\n".join(lines) + "\n"


def _list_series(results):
    for result in results.values():
        for series in result.series:
            tickets, due = series.about.get("tickets"), series.about.get("due")
            yield (
                series.title,
                f"{tickets:,}" if tickets else "",
                f"{due:,}" if due else "",
                series.format("cpu"),
                series.format("wall").partition(" ")[0],
                series.format("queries"),
                f"{series.memory:.1f}",
            )


def _list_targets(results):
    operators = {"<=": "≤", ">=": "≥"}
    for result in results.values():
        for target in result.targets:
            operator, bound = target.required
            yield (
                target.text,
                f"{operators[operator]} {bound} {target.unit}".strip(),
                f"{target.measured:.2f} {target.unit}".strip(),
                "met" if target.met else "**missed**",
            )


def _format_table(headings, rows):
    yield "| " + " | ".join(headings) + " |"
    yield "|" + "---|" * len(headings)
    for row in rows:
        yield "| " + " | ".join(row) + " |"
