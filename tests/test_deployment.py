"""What CONFIGURE says of the deployment, tried as it is written there."""

import datetime
import os
import re
import shutil
import socket
import ssl
import subprocess
import sys
import time
import urllib.error
import urllib.request
from configparser import ConfigParser

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from .system.server import ROOT, OdooServer
from .system.smtp import free_port
from .test_inbound_server import wait_until
from .test_log_tokens import FORM, TOKEN

README = ROOT / "openip_incident" / "readme" / "CONFIGURE.md"
NGINX = os.environ.get("OPENIP_NGINX")
ANALYZE = shutil.which("systemd-analyze")
HOST = "odoo.example.com"
# What Debian's package has around it, without what needs root.
AROUND = """
pid {folder}/nginx.pid;
events {{}}
http {{
    access_log {folder}/access.log;
    error_log {folder}/around.log;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/odoo.conf;
}}
"""


def read_block(kind, number=0):
    """Return a block of the readme, as it is written."""
    blocks = re.findall(rf"^```{kind}\n(.*?)^```$", README.read_text(), re.M | re.S)
    return blocks[number]


@pytest.mark.skipif(not ANALYZE, reason="no systemd here")
def test_systemd_knows_every_line_of_the_unit(tmp_path):
    text = read_block("systemd")
    program = re.search(r"^ExecStart=(\S+)", text, re.M)[1]
    unit = tmp_path / "odoo.service"
    # Verified for what is written, not for what is installed here.
    unit.write_text(
        text.replace(program, shutil.which("true")).replace("User=odoo", "User=root")
    )
    command = [ANALYZE, "verify", "--man=no", str(unit)]
    done = subprocess.run(command, capture_output=True, text=True)
    found = [line for line in done.stderr.splitlines() if unit.name in line]
    assert not found
    assert "Restart=always" in text


def test_odoo_knows_every_option_of_its_file():
    config = ConfigParser()
    config.read_string(read_block("ini"))
    options = dict(config["options"])
    help_text = subprocess.run(
        [sys.executable, "-m", "odoo", "server", "--help"],
        capture_output=True,
        text=True,
        cwd=ROOT,
    ).stdout
    unknown = [
        name
        for name in options
        if not re.search(rf"--{name.replace('_', '[-_]')}\b", help_text)
        and name not in {"dbfilter", "db_name", "list_db"}
    ]
    assert not unknown
    assert options["proxy_mode"] == "True"


class Nginx:
    """An nginx with the configuration of the readme, on ports of its own."""

    def __init__(self, folder, server):
        self.folder = folder
        self.port = free_port()
        self.log = folder / "odoo.log"
        text = read_block("nginx")
        for written, tried in (
            ("listen 443 ssl", f"listen 127.0.0.1:{self.port} ssl"),
            ("listen 80", f"listen 127.0.0.1:{free_port()}"),
            ("127.0.0.1:8069", f"127.0.0.1:{server.port}"),
            ("127.0.0.1:8072", f"127.0.0.1:{server.gevent_port}"),
            ("/var/log/nginx", str(folder)),
            ("/etc/ssl/certs/odoo.pem", f"{folder}/odoo.pem"),
            ("/etc/ssl/private/odoo.key", f"{folder}/odoo.pem"),
        ):
            assert written in text, written
            text = text.replace(written, tried)
        (folder / "odoo.conf").write_text(text)
        (folder / "nginx.conf").write_text(AROUND.format(folder=folder))
        write_certificate(folder / "odoo.pem")
        self.process = None

    def start(self):
        command = [NGINX, "-p", self.folder, "-c", self.folder / "nginx.conf"]
        command += ["-e", self.folder / "around.log"]
        command += ["-g", "daemon off; master_process off;"]
        self.process = subprocess.Popen(command)
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            try:
                socket.create_connection(("127.0.0.1", self.port)).close()
                return self
            except OSError:
                time.sleep(0.05)
        raise AssertionError((self.folder / "around.log").read_text())

    def stop(self):
        self.process.terminate()
        self.process.wait(20)

    def ask(self, path, data=None, **headers):
        """Return status, headers and content of what is answered."""
        request = urllib.request.Request(
            f"https://127.0.0.1:{self.port}{path}", data, {"Host": HOST, **headers}
        )
        context = ssl._create_unverified_context()
        try:
            with urllib.request.urlopen(request, timeout=60, context=context) as answer:
                return answer.status, answer.headers, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.headers, error.read()

    def shake_hands(self):
        """Ask for a websocket, and return the first line of the answer."""
        plain = socket.create_connection(("127.0.0.1", self.port))
        with ssl._create_unverified_context().wrap_socket(plain) as connection:
            connection.sendall(
                f"GET /websocket?version=19.0-1 HTTP/1.1\r\nHost: {HOST}\r\n"
                "Upgrade: websocket\r\nConnection: Upgrade\r\n"
                f"Origin: https://{HOST}\r\nSec-WebSocket-Version: 13\r\n"
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n".encode()
            )
            return connection.recv(200).split(b"\r\n")[0]


def write_certificate(path):
    """Write a key and its certificate, signed by nobody."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    form = serialization.PrivateFormat.PKCS8
    no_password = serialization.NoEncryption()
    pem = serialization.Encoding.PEM
    path.write_bytes(
        key.private_bytes(pem, form, no_password) + certificate.public_bytes(pem)
    )


@pytest.fixture
def nginx(smtp, tmp_path):
    """Give nginx before a server with processes, as the readme says."""
    server = OdooServer(smtp_port=smtp.port, workers=2, options=("--proxy-mode",))
    try:
        server.start()
        nginx = Nginx(tmp_path, server)
        try:
            yield nginx.start()
        finally:
            nginx.stop()
    finally:
        server.remove()


@pytest.mark.skipif(not NGINX, reason="no nginx here")
def test_nginx_does_what_the_readme_says(nginx):
    status, headers, page = nginx.ask("/web/login", **{"Accept-Encoding": "gzip"})
    assert status == 200
    assert headers["Content-Encoding"] == "gzip"
    assert "Secure" not in (headers["Server"] or "")
    # Links that people follow, in every shape, are not in the log.
    for path in (
        f"/incident/34?token={TOKEN}",
        f"/fr/incident/34/answer?x=1&token={TOKEN}",
        f"/incident/form/{FORM}",
        f"/fr/incident/form/{FORM}?x=1",
        f"/incident%2Fform%2F{FORM}",
        f"/web/login?redirect=%2Fincident%2F34%3Ftoken%3D{TOKEN}",
    ):
        nginx.ask(path, Referer=f"https://{HOST}/incident/34?token={TOKEN}")
    # Large, but not too large for nginx: the form says so itself.
    status, _headers, _page = nginx.ask("/incident/form/x", b"x" * 60 * 1024**2)
    assert status in (400, 404, 413)
    status, _headers, page = nginx.ask("/incident/form/x", b"x" * 129 * 1024**2)
    assert status == 413
    assert "Trop volumineux" in page.decode()
    # The process of the websockets starts after the others.
    wait_until(lambda: b" 101 " in nginx.shake_hands() + b" ", timeout=120)
    log = nginx.log.read_text()
    assert log.count("\n") >= 9
    for token in (TOKEN, FORM):
        assert token[20:60] not in log
        assert token[20:60] not in (nginx.folder / "odoo.error.log").read_text()
    assert not (nginx.folder / "access.log").read_text()


@pytest.mark.skipif(not NGINX, reason="no nginx here")
def test_nginx_knows_two_hosts(tmp_path):
    (tmp_path / "two.conf").write_text(
        "events {}\nhttp {\n"
        f"access_log off;\n{read_block('nginx', 1)}}}\npid {tmp_path}/pid;\n"
    )
    command = [NGINX, "-t", "-p", tmp_path, "-c", tmp_path / "two.conf"]
    command += ["-e", tmp_path / "error.log"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
