// Copyright 2026 OpenIP
// License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import {forgetDrafts, forgetOldDrafts} from "../form/draft";

// Who logs out leaves nothing on a computer that others use, too.
forgetOldDrafts();
document.addEventListener("click", (ev) => {
    if (ev.target.closest?.('a[href*="/web/session/logout"]')) {
        forgetDrafts();
    }
});
