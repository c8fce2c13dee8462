"""What ``setup/run`` stands on: its ports, its children's sockets, its mail catcher."""

import email
import importlib
import json
import smtplib
import socket
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from contextlib import ExitStack, closing
from pathlib import Path
from unittest.mock import MagicMock

import pytest

SETUP = Path(__file__).resolve().parents[1] / "setup"
LIB = SETUP / "lib"
SERVED = """
import sys
sys.path.insert(0, {folder!r})
import activate
for held, text in zip(activate.sockets(0, 0), sys.argv[1:]):
    client, _address = held.accept()
    client.sendall(text.encode())
    client.close()
"""
LETTER = b"""\
From: =?utf-8?q?L=C3=A9a?= <lea@example.com>\r
To: "Martin, Alice" <alice@example.com>, bob@example.com\r
Subject: =?utf-8?q?Panne_r=C3=A9seau?=\r
MIME-Version: 1.0\r
Content-Type: multipart/related; boundary=B\r
\r
--B\r
Content-Type: text/html; charset=iso-8859-1\r
\r
<p>R\xe9pondez</p><img src="cid:logo@x"/><script>alert(1)</script>\r
--B\r
Content-Type: image/gif\r
Content-ID: <logo@x>\r
Content-Disposition: inline; filename=logo.gif\r
Content-Transfer-Encoding: base64\r
\r
R0lGODlhAQABAAAAACw=\r
--B--\r
"""


def import_setup(name):
    """Return a module of what ``setup/run`` is made of."""
    if str(SETUP) not in sys.path:
        sys.path.insert(0, str(SETUP))
    return importlib.import_module(f"lib.{name}")


ports = import_setup("ports")
services = import_setup("services")
Failure = import_setup("console").Failure


@pytest.fixture
def port():
    """Give the number of a port that was free a moment ago."""
    with closing(socket.create_server(("127.0.0.1", 0))) as held:
        return held.getsockname()[1]


def foreign(family, address, port):
    """Return the listener of another program on some address."""
    other = socket.socket(family)
    if family == socket.AF_INET6:
        other.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
    other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    other.bind((address, port))
    other.listen()
    return closing(other)


@pytest.mark.parametrize(
    ("family", "address"),
    [
        (socket.AF_INET, "127.0.0.1"),
        (socket.AF_INET, "0.0.0.0"),
        (socket.AF_INET6, "::1"),
        (socket.AF_INET6, "::"),
    ],
)
def test_a_port_of_somebody_else_is_passed_over(port, family, address):
    with foreign(family, address, port):
        with closing(ports.take(port)) as taken:
            assert taken.port > port
        with pytest.raises(Failure, match=f"{port}, asked for by --some-port: another"):
            ports.take_asked(port, "--some-port")


@pytest.mark.parametrize(
    ("family", "address"),
    [
        (socket.AF_INET, "127.0.0.1"),
        (socket.AF_INET, "0.0.0.0"),
        (socket.AF_INET6, "::1"),
    ],
)
def test_nobody_gets_a_port_that_we_hold(port, family, address):
    with closing(ports.take_asked(port, "--port")):
        with pytest.raises(OSError, match="in use"):
            with foreign(family, address, port):
                pass
    with foreign(family, address, port):
        assert not ports.is_free(port)
    assert ports.is_free(port)


def test_a_port_is_free_again_while_its_last_connections_linger(port):
    with closing(ports.take_asked(port, "--port")) as held:
        client = socket.create_connection(("127.0.0.1", port))
        server, _address = held.socket.accept()
        # Who closes first keeps the address in TIME_WAIT.
        server.close()
        client.close()
    with closing(ports.take_asked(port, "--port")) as again:
        assert again.port == port


def test_a_port_that_may_not_be_had_says_why(monkeypatch):
    def refuse(_port):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(ports, "_listening", refuse)
    with pytest.raises(Failure, match="25, asked for by --mail-in-port: Permission"):
        ports.take_asked(25, "--mail-in-port")


def test_runs_that_start_at_once_share_no_port():
    """Each takes its four at the same moment, from the same numbers on."""
    barrier = threading.Barrier(6)
    taken = []

    def start():
        barrier.wait()
        taken.append(services.Addresses({}))

    threads = [threading.Thread(target=start) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with ExitStack() as stack:
        for addresses in taken:
            stack.enter_context(closing(addresses))
        numbers = [run[name] for run in taken for name in services.PORTS]
        assert len(numbers) == len(set(numbers)) == 6 * 4


@pytest.mark.parametrize("name", services.PORTS)
def test_an_asked_port_is_had_or_refused_by_its_option(port, name):
    with closing(services.Addresses({name: port})) as run:
        assert run[name] == port
        with pytest.raises(Failure, match=f"asked for by {services.PORTS[name][0]}:"):
            services.Addresses({name: port})
    assert ports.is_free(port)


def test_an_asked_port_is_not_given_to_another_service_first():
    """The page's usual port is asked for by the way in."""
    with closing(ports.take(services.PORTS["odoo"][1])) as held:
        wanted = held.port
    with closing(services.Addresses({"mail_in": wanted})) as run:
        assert run["mail_in"] == wanted
        assert run["odoo"] != wanted


def test_one_port_asked_for_twice_is_refused_by_both_options(port):
    with pytest.raises(Failure, match="twice, by --port and --catcher-smtp-port"):
        services.Addresses({"odoo": port, "catcher_smtp": port})
    assert ports.is_free(port)


@pytest.mark.parametrize("text", ["0", "65536", "-1", "http", "80.5", ""])
def test_what_is_no_port_is_refused(text, capsys):
    with pytest.raises(SystemExit):
        import_setup("run")._parse([f"--catcher-port={text}"])
    assert "--catcher-port" in capsys.readouterr().err


def test_each_port_has_its_option():
    arguments = []
    for number, (option, _preferred) in enumerate(services.PORTS.values(), 9001):
        arguments += [option, str(number)]
    options = import_setup("run")._parse(arguments)
    found = [getattr(options, name) for name in services.PORTS]
    assert found == [9001, 9002, 9003, 9004]


def activated(listeners, *command):
    """Start a program as ``setup/run`` does, with some listeners."""
    numbers = [listener.fileno() for listener in listeners]
    text = ",".join(str(number) for number in numbers)
    start = [sys.executable, LIB / "activate.py", text, sys.executable, *command]
    process = subprocess.Popen([str(part) for part in start], pass_fds=numbers)
    for listener in listeners:
        listener.hand_over()
    return process


def read(port):
    with socket.create_connection(("127.0.0.1", port), timeout=10) as client:
        return client.recv(100)


def test_a_child_gets_our_sockets_in_order():
    with closing(ports.take(20000)) as one, closing(ports.take(20100)) as two:
        script = SERVED.format(folder=str(LIB))
        process = activated([one, two], "-c", script, "first", "second")
        assert read(one.port) == b"first"
        assert one.served_by(process.pid)
        assert read(two.port) == b"second"
        assert process.wait(10) == 0
        # Nobody hangs on a port whose program has ended.
        with pytest.raises(ConnectionRefusedError):
            read(one.port)


def test_sockets_that_lie_in_each_others_places_change_them():
    with closing(ports.take(20000)) as one, closing(ports.take(20100)) as two:
        script = SERVED.format(folder=str(LIB))
        moved = f'exec 3<&{one.fileno()} 4<&{two.fileno()}; exec "$@"'
        start = ["bash", "-c", moved, "bash", sys.executable, LIB / "activate.py"]
        start += ["4,3", sys.executable, "-c", script, "first", "second"]
        kept = [one.fileno(), two.fileno()]
        process = subprocess.Popen([str(part) for part in start], pass_fds=kept)
        assert read(two.port) == b"first"
        assert read(one.port) == b"second"
        assert process.wait(10) == 0


def test_a_program_that_does_not_hold_our_socket_is_known():
    with closing(ports.take(20000)) as ours:
        other = subprocess.Popen([sys.executable, "-c", "input()"], stdin=-1)
        assert not ours.served_by(other.pid)
        other.communicate(b"\n")
        assert not ours.served_by(other.pid)


def test_waiting_ends_with_the_child():
    def check():
        raise Failure("catcher stopped: see catcher.log")

    with closing(ports.take(20000)) as silent:
        with pytest.raises(Failure, match="catcher stopped"):
            ports.wait_greeting(silent.port, check)


class Catcher:
    """A running catcher, asked as its users ask it."""

    def __init__(self, folder):
        self.smtp, self.web = ports.take(20000), ports.take(20100)
        command = [LIB / "catcher.py", "--database", folder / "mails.sqlite"]
        self.process = activated([self.smtp, self.web], *command)
        ports.wait_greeting(self.smtp.port, lambda: None)

    def close(self):
        self.process.terminate()
        assert self.process.wait(10) == 0
        self.smtp.close()
        self.web.close()

    def send(self, content=LETTER, to=("alice@example.com",)):
        with smtplib.SMTP("127.0.0.1", self.smtp.port, timeout=10) as client:
            client.sendmail("bounce@example.com", to, content)

    def open(self, path, method="GET"):
        url = f"http://127.0.0.1:{self.web.port}{path}"
        return urllib.request.urlopen(urllib.request.Request(url, method=method))

    def json(self, path):
        return json.load(self.open(path))

    def newest(self):
        return self.json("/api/messages/?page=1")["data"][0]["id"]


@pytest.fixture
def catcher(tmp_path):
    """Give a catcher of its own."""
    with closing(Catcher(tmp_path)) as running:
        yield running


def test_a_caught_mail_is_listed_and_read_as_it_came(catcher):
    catcher.send(to=["alice@example.com", "hidden@example.com"])
    answer = catcher.json("/api/messages/")
    [found] = answer["data"]
    assert answer["meta"] == {"pages_total": 1}
    assert found["subject"] == "Panne réseau"
    assert found["sender_message"] == "Léa <lea@example.com>"
    assert found["sender_envelope"] == "bounce@example.com"
    assert found["recipients_envelope"] == ["alice@example.com", "hidden@example.com"]
    to = ["Martin, Alice <alice@example.com>", "bob@example.com"]
    assert found["recipients_message_to"] == to
    for shape in ("source", "eml"):
        source = catcher.open(f"/api/messages/{found['id']}.{shape}").read()
        assert source.endswith(LETTER)
        assert email.message_from_bytes(source)["X-RcptTo"].endswith(
            "hidden@example.com"
        )


def test_a_caught_text_shows_its_pictures_and_runs_nothing(catcher):
    catcher.send()
    base = f"/api/messages/{catcher.newest()}"
    details = catcher.json(f"{base}.json")["data"]
    assert details["formats"] == {"source": f"{base}.source", "html": f"{base}.html"}
    [attachment] = details["attachments"]
    assert attachment["filename"] == "logo.gif"
    assert catcher.open(attachment["href"]).read().startswith(b"GIF89a")
    answer = catcher.open(f"{base}.html")
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("sandbox ") and "allow-scripts" not in policy
    text = answer.read().decode()
    assert "Répondez" in text
    assert f'src="{base}/parts/logo@x"' in text
    assert catcher.open(f"{base}/parts/logo@x").read().startswith(b"GIF89a")
    with pytest.raises(urllib.error.HTTPError, match="404"):
        catcher.open(f"{base}.plain")


def test_pages_hold_a_hundred_mails_the_newest_first(catcher):
    for number in range(101):
        catcher.send(f"Subject: {number}\r\n\r\n".encode())
    first = catcher.json("/api/messages/?page=1&source=0")
    assert first["meta"] == {"pages_total": 2}
    assert [mail["subject"] for mail in first["data"]] == [
        str(number) for number in range(100, 0, -1)
    ]
    [oldest] = catcher.json("/api/messages/?page=2")["data"]
    assert oldest["subject"] == "0"
    assert not catcher.json("/api/messages/?page=3")["data"]


def test_a_number_is_never_given_twice(catcher):
    catcher.send()
    before = catcher.newest()
    assert catcher.open("/api/messages/", method="DELETE").status == 200
    assert not catcher.json("/api/messages/")["data"]
    catcher.send()
    catcher.send()
    assert catcher.newest() == before + 2
    catcher.open(f"/api/messages/{before + 2}", method="DELETE")
    assert catcher.newest() == before + 1
    with pytest.raises(urllib.error.HTTPError, match="404"):
        catcher.open(f"/api/messages/{before + 2}.source")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no header at all",
        b"Subject: caf\xe9\r\nFrom: \xff\xfe <@@>\r\nTo: ,;<\r\n\r\n\xff",
        b"Subject: =?x-unknown?b?////?=\r\n\r\n",
        b"Content-Type: text/html; charset=none-such\r\n\r\n<p>\xe9</p>",
        b"Content-Type: multipart/mixed\r\n\r\nno boundary",
        b"Subject: a\r\n b\r\nContent-Transfer-Encoding: base64\r\n\r\n%%%",
    ],
)
def test_a_broken_mail_is_kept_and_shown(catcher, content):
    catcher.send(content)
    number = catcher.newest()
    details = catcher.json(f"/api/messages/{number}.json")["data"]
    for path in details["formats"].values():
        assert catcher.open(path).status == 200


def test_mails_outlive_the_catcher(tmp_path):
    with closing(Catcher(tmp_path)) as first:
        first.send()
        number = first.newest()
    with closing(Catcher(tmp_path)) as second:
        assert second.newest() == number


def test_the_page_is_there(catcher):
    assert "Caught mail" in catcher.open("/").read().decode()


@pytest.mark.parametrize("processes", [0, 2])
def test_processes_that_share_the_tests_have_a_database_each(monkeypatch, processes):
    test = import_setup("test")
    commands = []
    monkeypatch.setattr(
        test.subprocess, "Popen", lambda *args, **_: commands.append(args)
    )
    monkeypatch.setattr(test, "_wait", lambda process: 0)
    options, wanted = test._parse(["-n", str(processes), "tests", "-q"])
    databases = MagicMock()
    databases.odoo.server.environment = {}
    test._pytest(databases, options.processes, wanted, {})
    [[command]] = commands
    assert ("tests.parallel" in command) == bool(processes)
    assert command[-2:] == ["tests", "-q"]
