# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Which fields of a record tell of its messages, activities, followers and files."""

from functools import cache

# Relations to these bypass the rules of their model when they are searched through.
CONVERSATION_MODELS = {
    "ir.attachment",
    "mail.activity",
    "mail.followers",
    "mail.message",
    "mail.notification",
    "mail.scheduled.message",
    "rating.rating",
}

# What counts or sums up what stands behind those relations: by prefix, so that what
# another addon adds to the conversation is not forgotten.
CONVERSATION_PREFIXES = (
    "activity_",
    "has_message",
    "message_",
    "my_activity_",
    "rating_",
    "website_message_",
)

# About the reader alone.
PERSONAL = {"message_is_follower"}


@cache
def tells_of_conversation(name, comodel=None):
    """Tell whether a field says more of a conversation than its messages do one by one.

    :param name: name of the field
    :param comodel: name of the model that the field leads to, if any
    """
    if name in PERSONAL:
        return False
    return comodel in CONVERSATION_MODELS or name.startswith(CONVERSATION_PREFIXES)
