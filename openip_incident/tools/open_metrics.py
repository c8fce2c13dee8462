# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Numbers in the text format that Prometheus reads (its exposition format 0.0.4).

Gauges read the same in OpenMetrics 1.0, which ends with a line of its own.
"""

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
OPEN_CONTENT_TYPE = "application/openmetrics-text; version=1.0.0; charset=utf-8"
OPEN_END = "# EOF\n"


def write_gauges(gauges):
    """Write gauges, each with its samples.

    :param gauges: list of ``(name, help, samples)``, samples a list of
        ``(dict of labels, number)``
    :return: the text, which ends with a line feed as the format wants it
    """
    return "".join(
        line
        for name, told, samples in gauges
        for line in _write_gauge(name, told, samples)
    )


def _write_gauge(name, told, samples):
    yield f"# HELP {name} {_escape(told)}\n"
    yield f"# TYPE {name} gauge\n"
    for labels, number in samples:
        pairs = ",".join(
            f'{key}="{_escape_label(value)}"' for key, value in labels.items()
        )
        yield f"{name}{{{pairs}}} {number}\n" if pairs else f"{name} {number}\n"


def _escape(text):
    return text.replace("\\", r"\\").replace("\n", r"\n")


def _escape_label(text):
    return _escape(str(text)).replace('"', r"\"")
