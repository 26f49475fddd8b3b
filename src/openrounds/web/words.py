"""Words of the layers below, which speak English to apps: named here, so that pages can say them in the reader's language."""

import re

from django.utils.translation import gettext, gettext_noop

CHOICES = (
    gettext_noop("Students"),
    gettext_noop("Foundation and interns"),
    gettext_noop("Registrars and residents"),
    gettext_noop("Consultants and attendings"),
    gettext_noop("Patients and public"),
    gettext_noop("Entirely fictional"),
    gettext_noop("Composite of several patients, none recognisable"),
    gettext_noop("The patient has consented"),
    gettext_noop("Already in the public domain"),
    gettext_noop("Synthetic data"),
    gettext_noop("CC0 (no rights reserved)"),
    gettext_noop("All rights reserved"),
    gettext_noop("Key point"),
    gettext_noop("Common error"),
    gettext_noop("Needs a source"),
    gettext_noop("Student"),
    gettext_noop("Clinician"),
    gettext_noop("Nurse"),
    gettext_noop("Pharmacist"),
    gettext_noop("Scientist"),
    gettext_noop("Educator"),
    gettext_noop("Patient or public"),
    gettext_noop("Researcher"),
    gettext_noop("Librarian"),
    gettext_noop("Organisation"),
    gettext_noop("Other"),
    gettext_noop("Owner"),
    gettext_noop("Poster"),
    gettext_noop("Hide behind a warning"),
    gettext_noop("Hide altogether"),
    gettext_noop("Hide the pictures"),
)

# As the layers below say them, numbers as %d; what is not here is shown in English.
REFUSALS = (
    gettext_noop("Can't be blank"),
    gettext_noop("Has already been taken"),
    gettext_noop("Must be accepted"),
    gettext_noop("Is not included in the list"),
    gettext_noop("Is too long (maximum is %d characters)"),
    gettext_noop("Is not valid or has been used up"),
    gettext_noop("Is too short. It must contain at least %d characters"),
    gettext_noop("Is too common"),
    gettext_noop("You have reached the maximum number of keywords"),
    gettext_noop("You have reached the maximum number of lists"),
    gettext_noop("You have reached the maximum number of filters"),
    gettext_noop("You have reached the limit of scheduled posts"),
    gettext_noop("You have already voted on this poll"),
    gettext_noop("You can't vote in your own polls"),
    gettext_noop("You have already pinned the maximum number of posts"),
    gettext_noop("The poll has already ended"),
    gettext_noop("Time zone is not one of the IANA time zones, such as Europe/London"),
    gettext_noop("Quiet hours need a beginning and another end"),
    gettext_noop("Quiet hours are written as 22:30"),
    gettext_noop("File content type is not supported"),
    gettext_noop("This file is not an image"),
    gettext_noop("File file size must be at most %d MB"),
    gettext_noop("A file does not exist or is attached already"),
    gettext_noop("Domain is not that of another server"),
    gettext_noop("Only people of this server can be members of a team"),
    gettext_noop("A team needs an owner: make somebody else one first"),
    gettext_noop("An archive is being made already"),
    gettext_noop("An archive was made a short while ago. Ask again in some hours"),
    gettext_noop("You cannot judge this account"),
    gettext_noop("This account has been approved already"),
    gettext_noop("This server takes nobody new at the moment."),
    gettext_noop("The debate is over"),
    gettext_noop("Write something first"),
    gettext_noop("The hosts have paused the debate for a moment"),
    gettext_noop("Slow mode: you can speak again in %d s"),
    gettext_noop("Give at least one diagnosis"),
    gettext_noop("Give at most %d diagnoses"),
    gettext_noop("A diagnosis may have at most %d characters"),
    gettext_noop("Confidence is a percentage from %d to %d"),
    gettext_noop("The same diagnosis is there twice"),
    gettext_noop("You have committed to an answer already; it stays as it is"),
    gettext_noop("This step is not open yet"),
    gettext_noop("This round takes no answers any more"),
    gettext_noop("The next step is out: it is too late to commit to an answer"),
    gettext_noop("Write your question"),
    gettext_noop("Questions are taken while the round is open"),
    gettext_noop("You have asked a lot in the last hour; please wait for answers"),
    gettext_noop("Write an answer"),
    gettext_noop("The round is over"),
    gettext_noop("Write a summary first: what was learned"),
    gettext_noop("Give at least one reference (DOI, PMID or link)"),
    gettext_noop("At most %d contributions are pinned"),
    gettext_noop("Say why: its author is told"),
    gettext_noop("Say why it is withdrawn"),
    gettext_noop("That is no DOI, PMID or link"),
    gettext_noop("Write what was found"),
    gettext_noop("Findings are added while the round is open"),
    gettext_noop("This round releases nothing any more"),
    gettext_noop("A closed round keeps at least one reference"),
    gettext_noop("The host's own posts are deleted, not hidden"),
    gettext_noop("Too many people have signed up from your network. Try again in an hour."),
)
_NUMBER = re.compile(r"\d+")


def refusal_in_words(text: str) -> str:
    """A refusal of a layer below as a sentence for a page, without the full stop."""
    plain = text.removeprefix("Validation failed: ")
    plain = plain[:1].upper() + plain[1:]
    if plain in REFUSALS:
        return gettext(plain)
    counted = _NUMBER.sub("%d", plain)
    if counted in REFUSALS:
        return gettext(counted) % tuple(map(int, _NUMBER.findall(plain)))
    return plain
