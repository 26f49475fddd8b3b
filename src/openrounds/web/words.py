"""Words that the models give their choices, named here so that they are translated; templates look them up."""

from django.utils.translation import gettext_noop

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
