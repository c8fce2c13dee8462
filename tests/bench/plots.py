"""The plots of the report, as SVG."""

import matplotlib

matplotlib.use("svg")

import matplotlib.pyplot as plt  # noqa: E402

# Of each plot: title, what x and y are, whether y is logarithmic.
PLOTS = {
    "due": ("Cost of a reminder", "incidents due in one pass", "CPU ms", True),
    "tickets": (
        "Cost of a reminder",
        "tickets in the database",
        "CPU ms",
        False,
    ),
    "find": ("Search for what is due", "tickets in the database", "ms", True),
    "close": ("Close: cost per incident", "incidents due in one pass", "CPU ms", True),
}
COLOURS = {"ours": "#1f6f8b", "limit": "#7a9e3b", "peer": "#c2552d"}


def draw(folder, results):
    """Draw what was measured.

    :param folder: where to
    :param results: dict of row: :class:`Result`
    :return: names of the files
    """
    # The same figures give the same file.
    plt.rcParams["svg.hashsalt"] = "openip-incident"
    names = []
    for result in results.values():
        for key, curves in result.plots.items():
            name = f"{key}.svg"
            _draw(folder / name, curves, *PLOTS[key])
            names.append(name)
    return names


def _draw(path, curves, title, x_label, y_label, logarithmic):
    figure, axes = plt.subplots(figsize=(6.4, 3.8))
    for label, points in curves.items():
        if points:
            colour = COLOURS.get(label.partition(":")[0].partition(",")[0])
            xs, ys = zip(*sorted(points), strict=True)
            axes.plot(xs, ys, marker="o", label=label, color=colour)
    axes.set(title=title, xlabel=x_label, ylabel=y_label, xscale="log")
    if logarithmic:
        axes.set_yscale("log")
    else:
        axes.set_ylim(bottom=0)
    axes.grid(alpha=0.3)
    axes.legend()
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None})
    plt.close(figure)
