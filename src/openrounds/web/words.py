"""Words of the layers below, which speak English to apps: named here, so that pages can say them in the reader's language."""

import re

from django.utils.translation import gettext, gettext_noop

CHOICES = (
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
