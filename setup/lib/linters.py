"""The linters, as OCA runs them, in pinned versions."""

import concurrent.futures
import os
import subprocess
import time

from . import node, paths, python_env, shell
from .console import say

PYTHON = (*paths.ADDONS, "setup", "tests", "conftest.py")
FORMATTED = (".cjs", ".css", ".html", ".js", ".json", ".scss", ".xml", ".yaml", ".yml")
# The configurations of the tools below, which are JavaScript themselves.
CONFIGS = ("eslint.config.cjs", "prettier.config.cjs")
# The hooks of the template that read files only, and what they are run on.
HOOKS = (
    ("debug-statement-hook", (".py",)),
    ("check-docstring-first", (".py",)),
    ("check-xml", (".svg", ".xml")),
    ("check-merge-conflict --assume-in-merge", (*FORMATTED, ".md", ".py", ".po")),
    ("mixed-line-ending --fix=no", (*FORMATTED, ".md", ".py", ".rst", ".txt")),
)


# They run beside the tests, which have somebody waiting for their answers.
BESIDE = ("nice", "-n", "5")


class Linter:
    """One tool and what it is run on."""

    def __init__(self, name, command, env=None):
        self.name = name
        self.command = command
        self.env = env or {}

    def run(self):
        """Run the tool and return (name, passed, output, seconds)."""
        started = time.monotonic()
        done = subprocess.run(
            [*BESIDE, *(str(part) for part in self.command)],
            cwd=paths.ROOT,
            env=shell.environment(**self.env),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        passed = done.returncode == 0
        return self.name, passed, done.stdout.strip(), time.monotonic() - started


def start(environment):
    """Start the linters in the background and return what `report` waits for.

    :param environment: the virtual environment that has them
    """
    pool = concurrent.futures.ThreadPoolExecutor(max_workers=os.cpu_count() or 2)
    futures = [pool.submit(linter.run) for linter in _linters(environment)]
    pool.shutdown(wait=False)
    return futures


def report(futures):
    """Print what the linters found and return the names of those that failed.

    :param futures: what `start` returned
    """
    failed = []
    for future in futures:
        name, passed, output, seconds = future.result()
        say(f"{'✓' if passed else 'x'} {name} ({seconds:.1f} s)")
        if not passed:
            failed.append(name)
            say("\n".join(f"    {line}" for line in output.splitlines()))
    return failed


def _linters(environment):
    binaries = environment.folder / "bin"
    addons = [name for name in paths.ADDONS if (paths.ROOT / name).is_dir()]
    python = [name for name in PYTHON if (paths.ROOT / name).exists()]
    manifests = [f"{name}/__manifest__.py" for name in addons]
    translations = _files(addons, (".po", ".pot"))
    yield from _pylint(addons)
    yield Linter("ruff check", [binaries / "ruff", "check", *python])
    yield Linter("ruff format", [binaries / "ruff", "format", "--check", *python])
    yield Linter(
        "XML and CSV checks", [binaries / "oca-checks-odoo-module", *manifests]
    )
    if translations:
        # Its format empties what is the same in French, where French is complete.
        format_check = "--disable=po-pretty-format"
        command = [binaries / "oca-checks-po", format_check, *translations]
        yield Linter("po checks", command)
    yield from _prettier(addons)
    yield from _eslint(addons)
    yield from _hooks([*addons, "setup", "tests"])


def _pylint(addons):
    # This list holds the mandatory checks and the optional ones. As a hook it sees the
    # addons alone: among Odoo's own sources it takes half as long again.
    pylint = python_env.hooks().folder / "bin" / "pylint"
    # A quarter of its time would go into looking for garbage that it does not make.
    no_garbage = "--init-hook=import gc; gc.disable()"
    command = [pylint, "--rcfile=.pylintrc", no_garbage, *addons]
    yield Linter("pylint-odoo", command)


def _prettier(addons):
    modules = node.modules()
    ours = ["setup/lib", ".pre-commit-config.yaml", *CONFIGS]
    files = _files([*addons, *ours], FORMATTED)
    command = [modules / ".bin" / "prettier", "--check", *files]
    yield Linter("prettier", command, {"NODE_PATH": str(modules)})


def _eslint(addons):
    modules = node.modules()
    command = [modules / ".bin" / "eslint", "--max-warnings", "0", *addons, *CONFIGS]
    yield Linter("eslint", command, {"NODE_PATH": str(modules)})


def _hooks(names):
    binaries = python_env.hooks().folder / "bin"
    for hook, suffixes in HOOKS:
        program, *options = hook.split()
        # A mail of the tests must stay as it was received.
        files = [name for name in _files(names, suffixes) if "/data/" not in name]
        yield Linter(program, [binaries / program, *options, *files])


def _files(names, suffixes):
    found = []
    for name in names:
        path = paths.ROOT / name
        candidates = [path] if path.is_file() else sorted(path.rglob("*"))
        found += [item for item in candidates if item.suffix in suffixes]
    # The page of an addon is written by OCA's generator.
    found = [item for item in found if not item.match("static/description/*.html")]
    return [str(item.relative_to(paths.ROOT)) for item in found]
