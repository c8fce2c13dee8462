# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import re
import unicodedata

from odoo import api, models

from odoo.addons.openip_incident.tools.setting import get_number

FILES_PARAMETER = "openip_incident_portal.upload_max_files"
SIZE_PARAMETER = "openip_incident_portal.upload_max_mb"
VIDEO_PARAMETER = "openip_incident_portal.upload_video_max_mb"
TOTAL_PARAMETER = "openip_incident_portal.upload_total_max_mb"
TYPES_PARAMETER = "openip_incident_portal.upload_types"

MAX_FILES = 5
MAX_MEGABYTES = 10
MAX_VIDEO_MEGABYTES = 50
MAX_TOTAL_MEGABYTES = 55
TEXTS = "txt,csv,log"
VIDEOS = "mp4,mov,m4v,webm"
# A voice that crackles, a lamp that blinks, a call on the wire, the mail that says so.
TYPES = (
    f"pdf,png,jpg,jpeg,gif,webp,heic,heif,bmp,tif,tiff,{TEXTS},"
    f"m4a,mp3,wav,ogg,{VIDEOS},pcap,pcapng,eml,msg,"
    "zip,doc,docx,xls,xlsx,ppt,pptx,odt,ods,odp"
)

MEGABYTE = 1024 * 1024
NAME_LENGTH = 120

# What a computer runs, whatever the name says.
PROGRAMS = (b"MZ", b"\x7fELF", b"#!", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe")


class IrAttachment(models.Model):
    """Files from strangers: how many, how big, of which kind, under which name."""

    _inherit = "ir.attachment"

    @api.model
    def _read_uploads(self, uploads):
        """Read what a browser sent, as far as we take it.

        :param uploads: list of werkzeug's ``FileStorage``
        :return: list of (name, content), and list of sentences that say what is wrong
        """
        files, errors = [], []
        # A browser sends one nameless file where nobody has chosen any.
        chosen = [upload for upload in uploads if upload and upload.filename]
        limit = self._get_upload_limit(FILES_PARAMETER, MAX_FILES)
        if len(chosen) > limit:
            errors.append(self._say_upload_count(limit))
            return [], errors
        for upload in chosen:
            name = self._clean_upload_name(upload.filename)
            # Odoo rewinds only the first file of a field when it repeats a request.
            upload.stream.seek(0)
            content = upload.stream.read(self._get_upload_size(name) * MEGABYTE + 1)
            error = self._check_upload(name, content)
            if error:
                errors.append(error)
            else:
                files.append((name, content))
        total = self._get_upload_limit(TOTAL_PARAMETER, MAX_TOTAL_MEGABYTES)
        if sum(len(content) for _name, content in files) > total * MEGABYTE:
            errors.append(self._say_upload_total(total))
        return files, errors

    @api.model
    def _get_upload_size(self, name):
        """Return how large a file of this name may be, in megabytes."""
        if name.rpartition(".")[2].lower() in VIDEOS.split(","):
            return self._get_upload_limit(VIDEO_PARAMETER, MAX_VIDEO_MEGABYTES)
        return self._get_upload_limit(SIZE_PARAMETER, MAX_MEGABYTES)

    @api.model
    def _check_upload(self, name, content):
        """Return why a file is refused, or nothing."""
        size = self._get_upload_size(name)
        if not content:
            return self._say_upload_empty(name)
        if len(content) > size * MEGABYTE:
            return self._say_upload_size(name, size)
        kind = name.rpartition(".")[2].lower()
        if kind not in self._get_upload_types():
            return self._say_upload_kind(name)
        if self._is_upload_disguised(kind, content):
            return self.env._("The file %(name)s is not what its name says.", name=name)
        return None

    @api.model
    def _is_upload_disguised(self, kind, content):
        if content.startswith(PROGRAMS):
            return True
        # Only texts start like a page; markup under another name is meant to be run.
        return kind not in TEXTS.split(",") and content.lstrip().startswith(b"<")

    @api.model
    def _clean_upload_name(self, name):
        """Return a file's name without path and without what one cannot see."""
        name = re.split(r"[\\/]", name)[-1]
        visible = "".join(
            character
            for character in name
            if not unicodedata.category(character).startswith("C")
        )
        stem, dot, kind = visible.strip(" .").rpartition(".")
        return f"{stem[:NAME_LENGTH]}{dot}{kind[-NAME_LENGTH:]}" or self.env._("file")

    @api.model
    def _get_upload_types(self):
        # SUDO: one setting is read.
        value = self.env["ir.config_parameter"].sudo().get_param(TYPES_PARAMETER)
        kinds = [kind.strip(" .").lower() for kind in (value or TYPES).split(",")]
        return [kind for kind in kinds if kind]

    @api.model
    def _get_upload_limit(self, parameter, default):
        return get_number(self.env, parameter, default)
