"""Odoo's program, for which a password takes no time: it is made slow on purpose.

Odoo's own test cases do so as well. What is asked for from outside by a login is
checked anew whenever Odoo has forgotten what it knows of users, and a browser that
logs in waits for it twice.
"""

import runpy

import passlib.context


class QuickContext(passlib.context.CryptContext):
    """What makes of a password what is stored, in one round.

    What is stored with more rounds stays: who logs in twice at once would write it
    twice.
    """

    def __init__(self, *args, **options):
        if options.pop("pbkdf2_sha512__rounds", None):
            options["pbkdf2_sha512__default_rounds"] = 1
        super().__init__(*args, **options)


if __name__ == "__main__":
    passlib.context.CryptContext = QuickContext
    runpy.run_module("odoo", run_name="__main__")
