"""The disk of the file store is full: nothing is lost, and Health says so."""

import base64
import email
import email.policy
import hashlib
import random

import pytest

from .system.server import FILESTORE, OdooServer, RpcError
from .system.small_disk import SmallDisk
from .system.waking import waking
from .test_inbound_server import count_states, hand_over

SPARE = 2 * 1024**2
FILE = 200 * 1024

FILES = """
    SELECT a.store_fname, a.checksum, a.file_size
      FROM ir_attachment a JOIN mail_message m ON a.res_id = m.res_id
     WHERE a.res_model = 'helpdesk.ticket' AND m.model = a.res_model
       AND m.message_type = 'email' AND a.name = %s
"""
KEPT = "SELECT id, failure, octet_length(raw) FROM incident_inbound WHERE state = %s"


@pytest.fixture
def disk(workers, tmp_path):
    """Give the small disk of the workers' database."""
    if not SmallDisk.is_possible():
        pytest.skip("this user may not mount a file system")
    return SmallDisk(FILESTORE / workers.database, tmp_path, SPARE)


@pytest.fixture
def server(workers, ledger, smtp, disk):
    """Give a server on the small disk, which is not started."""
    options = {"crons": True, "database": workers.database}
    server = OdooServer(smtp_port=smtp.port, before=disk.command, **options)
    try:
        with waking(workers.database):
            yield server
    finally:
        server.stop()


def make_file(seed):
    return random.Random(seed).randbytes(FILE)


def attach(mail, content, name):
    """Return an answer with a file."""
    message = email.message_from_string(mail, policy=email.policy.default)
    message.add_attachment(
        content, maintype="application", subtype="octet-stream", filename=name
    )
    return message.as_string()


def test_a_full_disk_loses_nothing(workers, ledger, smtp, disk, server):
    """Mail arrives and files are sent; what has no file goes on as ever."""
    ticket_ids, answers = workers.run(("await_answers", {"count": 4}))
    server.start()
    ledger.run_until_quiet()
    disk.fill(server)

    content = make_file(1)
    with_file = attach(answers[0], content, "trace.bin")
    assert hand_over(server, with_file) == 0
    assert hand_over(server, answers[1]) == 0
    assert count_states(ledger) == {("done", None): 1, ("quarantined", "error"): 1}
    [kept] = ledger.query(KEPT, "quarantined")
    assert kept["octet_length"] >= FILE
    incidents = {row["id"]: row for row in ledger.incidents().values()}
    assert [incidents[ticket_id]["heard"] for ticket_id in ticket_ids] == [
        False,
        True,
        False,
        False,
    ]
    sent = make_file(2)
    with pytest.raises(RpcError):
        send_file(server, ticket_ids[2], sent)
    assert not ledger.query("SELECT 1 FROM ir_attachment WHERE name = 'sent.bin'")
    # What may be an answer holds its incident; the others are reminded.
    ledger.let_pass(hours=24, minutes=1)
    ledger.run_until_quiet()
    reminded = [steps[-1] for steps in ledger.steps().values() if len(steps) > 1]
    assert reminded == [("remind", "sent")] * 3
    checks = read_health(server)
    assert checks["quarantine"] == "alarm"

    disk.empty(server)
    assert server.rpc("incident.inbound", "action_process_again", [kept["id"]])
    assert count_states(ledger) == {("done", None): 2}
    [file] = ledger.query(FILES, "trace.bin")
    assert file["checksum"] == hashlib.sha1(content).hexdigest()
    assert (disk.see(server) / file["store_fname"]).read_bytes() == content
    [attachment_id] = send_file(server, ticket_ids[2], sent)
    read = server.rpc("ir.attachment", "read", [attachment_id], ["datas"])
    assert base64.b64decode(read[0]["datas"]) == sent
    ledger.run_until_quiet()
    assert {notice["status"] for notice in ledger.notices()} == {"sent"}
    assert read_health(server)["quarantine"] == "good"


def send_file(server, ticket_id, content):
    """Attach a file to an incident, as an agent's browser does."""
    values = {
        "name": "sent.bin",
        "datas": base64.b64encode(content).decode(),
        "res_model": "helpdesk.ticket",
        "res_id": ticket_id,
    }
    return server.rpc("ir.attachment", "create", [values])


def read_health(server):
    checks = server.rpc("incident.health", "search_read", [], ["kind", "state"])
    return {check["kind"]: check["state"] for check in checks}
