"""Fills a database: parties first, then incidents of each kind, by copying patterns."""

from ..clone import Cloner, Family

# How many customers an integrator has.
PER_INTEGRATOR = 20
# Only so many of the old incidents still have their chatter, as after a clean-up.
CHATTER_EVERY = 5

TICKET_ROWS = {
    "helpdesk_ticket": "SELECT id FROM helpdesk_ticket WHERE id = %s",
    "mail_message": "SELECT id FROM mail_message WHERE model = 'helpdesk.ticket' "
    "AND res_id = %s AND message_type <> 'notification'",
    "mail_notification": "SELECT notification.id FROM mail_notification notification "
    "JOIN mail_message message ON message.id = mail_message_id "
    "WHERE model = 'helpdesk.ticket' AND res_id = %s",
    "mail_followers": "SELECT id FROM mail_followers "
    "WHERE res_model = 'helpdesk.ticket' AND res_id = %s",
    "incident_followup": "SELECT id FROM incident_followup WHERE ticket_id = %s",
    "incident_followup_event": "SELECT event.id FROM incident_followup_event event "
    "JOIN incident_followup followup ON followup.id = followup_id "
    "WHERE ticket_id = %s",
    "incident_notice": "SELECT id FROM incident_notice WHERE ticket_id = %s",
}
OURS = ("incident_followup", "incident_followup_event", "incident_notice")


def parties(session, count, pattern):
    """Copy the customers of a pattern, and their integrator.

    :param count: how many customers there are in the end
    :param pattern: ids of the patterns, one per language
    :return: first and last id of the customers, then of the integrators
    """
    if not _is_ours(session):
        return [*_copy_partners(session, count // len(pattern), pattern), 0, -1]
    [[integrator]] = session.execute(
        "SELECT DISTINCT integrator_id FROM res_partner WHERE id = ANY(%s)", pattern
    )
    helpers = max(1, count // PER_INTEGRATOR)
    first_helper, last_helper = _copy_partners(session, helpers, [integrator])
    first, last = _copy_partners(session, count // len(pattern), pattern)
    session.execute(
        "UPDATE res_partner SET integrator_id = %s + (id - %s) %% %s "
        "WHERE id BETWEEN %s AND %s",
        first_helper,
        first,
        helpers,
        first,
        last,
    )
    return first, last, first_helper, last_helper


def _copy_partners(session, count, pattern):
    family = Family(count)
    family.rows["res_partner"] = pattern
    family.values["res_partner"] = {
        "name": "source.name || ' ' || n",
        "complete_name": "source.name || ' ' || n",
        "email": "'nr-' || n || '-' || source.email",
        "email_normalized": "lower('nr-' || n || '-' || source.email)",
    }
    return Cloner(session.execute).clone(family)["res_partner"]


def tickets(session, pattern, count, people):
    """Copy a ticket with all that belongs to it.

    :param pattern: id of the ticket
    :param count: how many copies
    :param people: what :func:`parties` has returned: who they are shared out to
    :return: first and last id of the copies
    """
    if not count:
        return 0, -1
    family = Family(count, ids=_refer_to_parties(session, pattern, people))
    family.rows = {
        table: [row_id for [row_id] in session.execute(query, pattern)]
        for table, query in TICKET_ROWS.items()
        if _is_ours(session) or table not in OURS
    }
    family.values = _prepare_values(session)
    thin = f"n % {CHATTER_EVERY} = 0"
    family.only = {"mail_message": thin, "mail_notification": thin}
    if _is_ours(session):
        forgotten = dict.fromkeys(("entry_id", "message_id"), "NULL")
        family.values["incident_notice"] = forgotten
    ranges = Cloner(session.execute).clone(family)
    return ranges["helpdesk_ticket"]


def _refer_to_parties(session, pattern, people):
    """Return the SQL of the customer and the integrator of copy ``n``, by pattern."""
    first, last, first_helper, last_helper = people
    # Both languages come in turn, as the patterns of the customers do.
    customer = f"n % {last - first + 1}"
    helper = f"{first_helper} + {customer} % {last_helper - first_helper + 1}"
    [parties] = session.execute(
        f"SELECT partner_id, {'integrator_id' if _is_ours(session) else 'NULL'} "
        "FROM helpdesk_ticket WHERE id = %s",
        pattern,
    )
    return {
        ("res_partner", party): f"({sql})"
        for party, sql in zip(parties, (f"{first} + {customer}", helper), strict=True)
        if party
    }


def _prepare_values(session):
    values = {
        "helpdesk_ticket": {
            "number": "'B' || nextval('helpdesk_ticket_number_bench')",
            "access_token": "NULL",
        },
        "mail_message": {
            "message_id": "'<' || md5(random()::text) || '@operator.example.com>'"
        },
    }
    session.execute("CREATE SEQUENCE IF NOT EXISTS helpdesk_ticket_number_bench")
    if _is_ours(session):
        values["helpdesk_ticket"]["incident_number"] = "'B' || n"
    return values


def _is_ours(session):
    return "incident.followup" in session.registry


def analyze(session):
    """Have PostgreSQL look at what was inserted, as it does by itself in time."""
    with session.registry.cursor() as cursor:
        cursor.execute("ANALYZE")
