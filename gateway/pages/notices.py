"""What a page says once, after something has been done: by the code in its cookie."""

from __future__ import annotations

from gateway.pages.languages import N_
from gateway.pages.languages import gettext as _

NOTICES = {
    "signed_in": N_("You are signed in."),
    "signed_out": N_("You are signed out on this device."),
    "signed_out_everywhere": N_("You are signed out on all devices."),
    "suggested": N_("Your suggestion is published. Members can support it now."),
    "supported": N_("Your support is counted."),
    "support_withdrawn": N_("Your support is withdrawn."),
    "nominated_self": N_("Your application is sent. It waits for a decision."),
    "nominated": N_("The nomination is sent. It waits for a decision."),
    "withdrawn": N_("The nomination is withdrawn."),
    "page_saved": N_("Your page is published as it stands below."),
    "nominations_registered": N_("Those that you ticked are registered."),
    "nominations_refused": N_("Those that you ticked are refused."),
    "candidate_removed": N_("The candidate is removed."),
    "change_proposed": N_("It is proposed. Another officer approves it here."),
    "change_approved": N_("The change is in force."),
    "roll_frozen": N_("The roll is frozen. The credentials follow board by board."),
    "ballot_finalised": N_("The candidates of the ballot are final."),
    "lot_entered": N_("The value is entered. Another officer enters it once more."),
    "mark_undone": N_("The mark is taken back. The voter may vote again."),
    "protocol_entered": N_("It is entered. Another officer of the station signs it."),
    "protocol_signed": N_("The protocol is signed and goes into the count."),
    "key_taken": N_("Your key is handed in. Compare its fingerprint below."),
    "stations_taken": N_("The stations are taken in."),
    "debates_drawn": N_("The groups are made."),
    "debates_scheduled": N_("The debates of the region have their times."),
    "debate_postponed": N_("The debate is put off."),
    "attendance_recorded": N_("It is on record who came."),
    "programmes_published": N_("All drafts are published."),
    "suggestion_decided": N_("The decision is published."),
    "programme_revised": N_("The new version is published."),
    "resolution_approved": N_("It is decided, and everybody can read it."),
    "lot_drawn": N_("The lot is drawn."),
}


def notice(code: str) -> str:
    """The words for a code; empty for what is none of ours."""
    return _(NOTICES[code]) if code in NOTICES else ""
