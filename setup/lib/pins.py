"""Versions of what does not come from PyPI or npm."""

# The package of Odoo, then those whose files it links to.
DEBIAN = {
    "odoo-19": "19.0.0+dfsg-1",
    "fonts-font-awesome": "7.3.0+dfsg-1",
    "fonts-roboto-unhinted": "2:3.016-1",
    "libjs-jquery": "3.7.1+dfsg+~3.5.33-1",
    "libjs-jquery-form": "12-4",
    "libjs-underscore": "1.13.8~dfsg+~1.13.0-1",
}
SUITE = "sid"
KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"

# Run by tests, never by an installation.
PROGRAMS = {
    "Alertmanager": {
        "package": "prometheus-alertmanager",
        "version": "0.25.0-1+b4",
        "suite": "bookworm",
        "sha256": "4fb9aed15cfe8e0c32408e643ab32a1e41ee87d2cc26f18aeba928b1b0b98ae7",
        "program": "usr/bin/prometheus-alertmanager",
    },
    "nginx": {
        "package": "nginx",
        "version": "1.22.1-9+deb12u9",
        "suite": "bookworm",
        "sha256": "4e7b52f8b31f26d77ffb5c427c41e36223e81b047242ecfa8dc1d7f939734885",
        "program": "usr/sbin/nginx",
    },
}
