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
