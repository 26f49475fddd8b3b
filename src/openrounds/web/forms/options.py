"""The options of a multiple-choice question, as fields of whatever form asks one."""

from collections.abc import Sequence

from django import forms
from django.utils.translation import gettext_lazy as _

from openrounds.posts.rules import OPTION_CHARACTERS
from openrounds.rounds.drafts import OptionDraft
from openrounds.rounds.models import Option
from openrounds.rounds.rules import MOST_OPTIONS

NAMES = ("title", "right", "why", "reference")


class OptionFields(forms.Form):
    """A form that can have them (`add_options`)."""

    def add_options(self, present: Sequence[Option]) -> None:
        """Places for as many as a question may have, the first with those that are there."""
        blanks = [Option(title="")] * (MOST_OPTIONS - len(present))
        for number, option in enumerate((*present, *blanks)):
            self._add_option(number, option)

    def _add_option(self, number: int, option: Option) -> None:
        key = f"option{number}"
        self.fields[f"{key}_title"] = forms.CharField(
            label=_("Option %d") % (number + 1),
            max_length=OPTION_CHARACTERS,
            required=False,
            initial=option.title,
        )
        self.fields[f"{key}_right"] = forms.BooleanField(
            label=_("Right"), required=False, initial=option.right
        )
        self.fields[f"{key}_why"] = forms.CharField(
            label=_("Explanation"),
            required=False,
            initial=option.explanation,
            widget=forms.Textarea(attrs={"rows": 2}),
        )
        self.fields[f"{key}_reference"] = forms.CharField(
            label=_("Reference"), max_length=500, required=False, initial=option.reference
        )

    def option_rows(self) -> list[list[forms.BoundField]]:
        """Fields by option."""
        return [[self[f"option{n}_{name}"] for name in NAMES] for n in range(MOST_OPTIONS)]

    def options(self) -> list[OptionDraft]:
        """What was filled in. Only of a valid form."""
        sent = self.cleaned_data
        return [
            OptionDraft(
                title=title,
                right=sent[f"option{n}_right"],
                explanation=sent[f"option{n}_why"],
                reference=sent[f"option{n}_reference"],
            )
            for n in range(MOST_OPTIONS)
            if (title := sent[f"option{n}_title"].strip())
        ]
