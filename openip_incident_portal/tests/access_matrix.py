# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Who may do what with an incident, as a table."""

# Who (rows) may do what (columns) with one incident: x may, everything else may not.
# Parties by link are not logged in; colleagues of ours look on and act in the backend.
MATRIX = """
                     read list file answer attach confirm refuse chat post load rpc-read rpc-post rpc-write rpc-move note  react count several  signoff  export   table  status outages  together  clock  clock-pdf  dispute
public               .    .    .    .      .      .       .      .    .    .    .        .        .         .         .     .     .     .        .        .        .      .      .       .       .      .          .
customer_link        x    .    x    x      x      x       x      .    .    .    .        .        .         .         .     .     .     .        .        .        .      .      .       x       x      x          .
integrator_link      x    .    x    x      x      x       x      .    .    .    .        .        .         .         .     .     .     .        .        .        .      .      .       x       x      x          x
informed_link        x    .    x    .      .      .       .      .    .    .    .        .        .         .         .     .     .     .        .        .        .      .      .       .       .      .          .
foreign_link         .    .    .    .      .      .       .      .    .    .    .        .        .         .         .     .     .     .        .        .        .      .      .       .       .      .          .
customer_colleague   x    x    x    x      x      x       x      x    x    x    x        x        .         .         .     .     .     x        x        x        .      x      .       .       x      x          .
integrator_colleague x    x    x    x      x      x       x      x    x    x    x        x        .         .         .     .     .     x        x        x        x      x      .       .       x      x          x
other_customer       .    .    .    .      .      .       .      .    .    .    .        .        .         .         .     .     .     .        .        .        .      .      .       .       .      .          .
other_integrator     .    .    .    .      .      .       .      .    .    .    .        .        .         .         .     .     .     .        .        .        .      .      .       .       .      .          .
other_team           .    .    .    .      .      .       .      .    .    .    .        .        .         .         .     .     .     .        .        .        .      .      x       .       .      .          .
end_customer         .    .    .    .      .      .       .      .    .    .    .        .        .         .         .     .     .     .        .        .        .      .      .       .       .      .          .
former_integrator    .    .    .    .      .      .       .      .    .    .    .        .        .         .         .     .     .     .        .        .        .      .      .       .       .      .          .
personal_agent       .    .    .    .      .      .       .      .    .    .    .        .        .         .         .     .     .     .        .        .        .      .      x       .       .      .          .
other_company        .    .    .    .      .      .       .      .    .    .    .        .        .         .         .     .     .     .        .        .        .      .      .       .       .      .          .
employee             .    .    .    .      .      .       .      .    .    .    .        .        .         .         .     .     .     .        .        .        .      .      x       .       .      .          .
agent                x    x    x    .      .      .       .      x    x    x    x        x        x         x         x     x     x     .        .        x        x      .      x       .       x      x          .
manager              x    x    x    .      .      .       .      x    x    x    x        x        x         x         x     x     x     .        .        x        x      .      x       .       x      x          .
"""  # noqa: E501

# For these, the party has been asked to confirm closure.
ASKED = {"confirm", "refuse", "signoff", "together"}
# These leave the incident as it was.
LOOKS = {
    "read",
    "list",
    "file",
    "chat",
    "rpc-read",
    "note",
    "count",
    "export",
    "table",
    "status",
    "outages",
    "clock",
    "clock-pdf",
}


def read_matrix():
    """Return a dict of (who, act): whether it is allowed."""
    header, *lines = MATRIX.strip("\n").splitlines()
    acts = header.split()
    cells = {}
    for line in lines:
        who, *marks = line.split()
        for act, mark in zip(acts, marks, strict=True):
            cells[who, act] = mark == "x"
    return cells
