# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models

from .ir_attachment import (
    FILES_PARAMETER,
    MAX_FILES,
    MAX_MEGABYTES,
    MAX_TOTAL_MEGABYTES,
    MAX_VIDEO_MEGABYTES,
    MEGABYTE,
    SIZE_PARAMETER,
    TOTAL_PARAMETER,
    VIDEO_PARAMETER,
)

# Where the script of a form puts a file's name into a sentence.
NAME = "{name}"


class IrAttachment(models.Model):
    """What is said of files, in the same words before they are sent and after."""

    _inherit = "ir.attachment"

    @api.model
    def _get_upload_limits(self):
        """Return how many files a form takes, and how large ones, in megabytes."""
        return {
            "count": self._get_upload_limit(FILES_PARAMETER, MAX_FILES),
            "size": self._get_upload_limit(SIZE_PARAMETER, MAX_MEGABYTES),
            "video": self._get_upload_limit(VIDEO_PARAMETER, MAX_VIDEO_MEGABYTES),
            "total": self._get_upload_limit(TOTAL_PARAMETER, MAX_TOTAL_MEGABYTES),
        }

    @api.model
    def _prepare_upload(self):
        """Return what a field for files says, and what its script holds files to."""
        kinds, limits = self._get_upload_types(), self._get_upload_limits()
        return {
            "hint": self.env._(
                "Up to %(count)s files of %(size)s MB each (a video: %(video)s MB), "
                "%(total)s MB together: %(kinds)s.",
                kinds=", ".join(kinds),
                **limits,
            ),
            "accept": ",".join(f".{kind}" for kind in kinds),
            "words": self._get_upload_words(limits),
            "limits": {
                "data-max-files": limits["count"],
                "data-max-bytes": limits["size"] * MEGABYTE,
                "data-max-video-bytes": limits["video"] * MEGABYTE,
                "data-max-total-bytes": limits["total"] * MEGABYTE,
            },
        }

    @api.model
    def _get_upload_words(self, limits):
        """Return what the script of a form complains of: dict of what: sentence."""
        return {
            "count": self._say_upload_count(limits["count"]),
            "size": self._say_upload_size(NAME, limits["size"]),
            "video": self._say_upload_size(NAME, limits["video"]),
            "photo": self.env._(
                "%(name)s is larger than %(size)s MB, and your browser cannot make it "
                "smaller. Please choose it as JPEG, or send it to us by mail.",
                name=NAME,
                size=limits["size"],
            ),
            "total": self._say_upload_total(limits["total"]),
            "empty": self._say_upload_empty(NAME),
            "kind": self._say_upload_kind(NAME),
        }

    @api.model
    def _say_upload_count(self, count):
        return self.env._(
            "You have chosen too many files (at most %(count)s).", count=count
        )

    @api.model
    def _say_upload_size(self, name, size):
        return self.env._("%(name)s is larger than %(size)s MB.", name=name, size=size)

    @api.model
    def _say_upload_total(self, size):
        return self.env._(
            "Your files are larger than %(size)s MB together. Please remove one.",
            size=size,
        )

    @api.model
    def _say_upload_empty(self, name):
        return self.env._("%(name)s is empty.", name=name)

    @api.model
    def _say_upload_kind(self, name):
        return self.env._(
            "%(name)s is of a kind that we do not take. We take: %(kinds)s.",
            name=name,
            kinds=", ".join(self._get_upload_types()),
        )
