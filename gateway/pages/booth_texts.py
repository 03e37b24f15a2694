"""What the booth says by itself; the rest stands in its templates.

`{names}` are filled in by the booth's script.
"""

from __future__ import annotations

from babel.dates import get_month_names

from gateway.pages.languages import gettext as _
from gateway.pages.languages import locale


def months() -> list[str]:
    """The names of the months as they stand in dates."""
    names = get_month_names("wide", "format", locale())
    return [names[number] for number in range(1, 13)]


def texts() -> dict[str, str]:
    """All texts in the language spoken."""
    return (
        _standing()
        | _interrupting()
        | _signing_in()
        | _choosing()
        | _candidate()
        | _casting()
        | _refusals()
    )


def _standing() -> dict[str, str]:
    return {
        "title": _("{step} – voting booth"),
        "moment": _("{day} {month} {year}, {time} ({zone} time)"),
        "recorded_no": _("Your vote is not recorded yet."),
        "recorded_unknown": _("We do not know yet whether your vote is recorded."),
        "recorded_yes": _("Your vote is recorded."),
        "recorded_paper": _("You have voted on paper."),
        "recorded_missed": _("Your vote was not recorded."),
        "busy": _(
            "Very many people are voting right now. We try again by ourselves in "
            "{seconds} s; you need not do anything."
        ),
        "not_voted": _("You have not voted yet."),
        "voted": _("Your vote is recorded: {when}."),
        "vote": _("Begin"),
        "vote_again": _("Vote again"),
    }


def _interrupting() -> dict[str, str]:
    return {
        "ending_soon": _(
            "For your safety the booth closes in 2 minutes. What you have chosen "
            "stays on this page; you would have to sign in again."
        ),
        "closing_soon": _(
            "Voting closes in less than 2 minutes: {when}. What has not reached us by "
            "then is not recorded."
        ),
        "reloaded": _(
            "This page was loaded anew. What you had chosen is gone, as it is kept "
            "nowhere else, and nothing of it was sent."
        ),
        "reloaded_sending": _(
            "This page was loaded anew while your ballot was being sent. What is "
            "recorded so far stands below. If you are not sure, vote again: only your "
            "last vote counts."
        ),
        "kept_choices": _(
            "Nothing has been sent. What you chose is still on this page, and nowhere "
            "else."
        ),
        "kept_ballot": _(
            "Your sealed ballot is still on this page. We do not know yet whether it "
            "has arrived."
        ),
    }


def _signing_in() -> dict[str, str]:
    return {
        "number_missing": _("Enter your number."),
        "number_length": _("An IIN has 12 digits."),
        "number_check": _("A digit is wrong: this number does not add up."),
        "number_wrong": _("This is not such a number. Check every digit."),
        "code_missing": _("Enter the code from your telephone."),
        "code_length": _("The code has 6 digits."),
        "code_sent": _("Another code is on its way."),
        "sign_in_wrong": _("This code does not fit. Attempts left: {left}."),
        "sign_in_refused": _("This code cannot be used any more. Ask for another."),
        "resend_wait": _("You can ask for another code in {seconds} s."),
    }


def _choosing() -> dict[str, str]:
    return {
        "question_of": _("Question {n} of {all}"),
        "rule_one": _("Choose one candidate, or leave the question blank."),
        "rule_several": _(
            "Choose up to {most} candidates, or leave the question blank."
        ),
        "count": _("Chosen: {n} of {most}"),
        "count_blank": _("Left blank"),
        "full": _(
            "You have chosen {most} already, and more are not allowed. Take one mark "
            "away first."
        ),
        "blank-is-chosen": _(
            "You have chosen to leave this question blank. Take that away first."
        ),
        "marks-are-chosen": _(
            "You have chosen candidates. Take their marks away first to leave the "
            "question blank."
        ),
        "choose_some": _("Choose {least} to {most}, or choose to leave it blank."),
        "letter": _("Go to the first name with {letter}"),
        "shown": _("Shown: {n} of {all}"),
        "left_blank": _("Left blank: nobody is chosen"),
        "change_this": _("Change: {contest}"),
    }


def _candidate() -> dict[str, str]:
    return {
        "withdrawn": _("Has withdrawn and cannot be chosen"),
        "more_about": _("About {name}"),
        "loading": _("Loading…"),
        "sheet_failed": _(
            "The page of this candidate cannot be shown just now. Your ballot is not "
            "affected."
        ),
        "no_statement": _("This candidate has not written a statement."),
        "fact_born": _("Born"),
        "fact_occupation": _("Occupation"),
        "fact_education": _("Education"),
        "fact_route": _("Nomination"),
        "route_ppo": _("put forward by a party organisation"),
        "route_self": _("put themselves forward"),
    }


def _casting() -> dict[str, str]:
    return {
        "sealed": _("Sealed on this device. Nothing has been sent."),
        "confirmation_sent": _("A confirmation code is on its way to your telephone."),
        "confirmation_too_soon": _(
            "A code was sent a moment ago, for an earlier ballot. You can ask for one "
            "for this ballot from {when} on."
        ),
        "trying_again": _(
            "We do not know yet whether it arrived. Trying again ({n} of {all})"
        ),
        "share": _("The tracker of my ballot: {tracker}"),
        "receipt_file": _(
            "{primary}\n\nYour vote is recorded: {when}\nTracker: {tracker}\n"
            "Board: {board}\nCheck it: {address}\n\n"
            "This receipt does not show how you voted."
        ),
    }


def _refusals() -> dict[str, str]:
    return {
        "confirmation_wrong": _(
            "This is not the code for this ballot. Attempts left: {left}."
        ),
        "confirmation_missing": _(
            "No code is waiting for this ballot. Ask for another code."
        ),
        "confirmation_expired": _("The code has expired. Ask for another."),
        "confirmation_exhausted": _(
            "The code was entered wrongly too often. Ask for another."
        ),
        "ballots_opened_often": _(
            "You have tested as often as one can. You can still vote."
        ),
        "sealing_failed": _(
            "This device could not seal the ballot. Try again, or vote on another "
            "device or at a polling station."
        ),
        "unexpected": _("Something went wrong."),
        "ballot_was_opened": _(
            "This ballot was opened in a test and cannot be cast. Vote anew."
        ),
        "credential_changed": _(
            "Your voting credential has changed since your last vote. Ask the "
            "organising committee."
        ),
    }
