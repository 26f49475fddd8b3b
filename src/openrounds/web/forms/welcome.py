"""Forms of the first steps."""

from typing import TYPE_CHECKING, NamedTuple

from django import forms
from django.utils.translation import gettext_lazy as _

from openrounds.accounts.rules import SPECIALTY_LIMIT
from openrounds.core.options import options
from openrounds.web.forms.settings import ROLES

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

YES, NO = "yes", "no"


class YouForm(forms.Form):
    """Who somebody is."""

    role = forms.ChoiceField(label=_("What you are in medicine"), choices=ROLES, required=False)
    specialty = forms.CharField(
        label=_("Specialty or subject"),
        max_length=SPECIALTY_LIMIT,
        required=False,
        help_text=_("It helps us to suggest whom to follow."),
    )


class PracticeForm(forms.Form):
    """A post that goes nowhere."""

    text = forms.CharField(label=_("Your practice post"), widget=forms.Textarea(attrs={"rows": 5}))

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        # Generous: what is too long is told with the count, not refused.
        self.fields["text"].widget.attrs["maxlength"] = options().post_characters * 2


class Example(NamedTuple):
    """An invented post: whether it may be posted, and why."""

    text: "_StrPromise"
    may: bool
    why: "_StrPromise"


EXAMPLES = (
    Example(
        _(
            "What a night. The baker's wife from Little Wickham, 34, came in yesterday with a platelet count of 4. "
            "Anyone seen TTP this fulminant?"
        ),
        False,
        _(
            "No. There is no name in it, and still everybody in the village knows who it is: an age, a trade, a place "
            "and a day are enough, and a rare disease nearly is by itself. Leave out when and where, change what does "
            "not matter, or ask for consent and write that you have it."
        ),
    ),
    Example(
        _(
            "An invented patient for our students: a man of about 60, breathless, with this film. Which two tests would "
            "you ask for first, and why? #HaemCase"
        ),
        True,
        _(
            "Yes. It says that the patient is invented, it gives a round age and no place or day, it asks a real "
            "question, and the hashtag lets everybody find it. Check that the picture was made for teaching or that "
            "consent was given, and describe it in its alt text."
        ),
    ),
    Example(
        _(
            "@sam_k Good to see you in clinic on Tuesday! Your potassium is back to normal, so you can halve the tablets."
        ),
        False,
        _(
            "No. It tells the world that Sam is your patient, what was found, and what to take. Even thanking somebody "
            "for a visit breaks the confidence. Write nothing in public and nothing in a direct post: call, or use your "
            "hospital's own means."
        ),
    ),
)


class JudgeForm(forms.Form):
    """Three invented posts: may they be posted?"""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        for number, _example in enumerate(EXAMPLES):
            self.fields[f"example{number}"] = forms.ChoiceField(
                label=_("May I post this?"),
                choices=[(YES, _("Yes")), (NO, _("No"))],
                widget=forms.RadioSelect,
            )

    def verdicts(self) -> list[bool]:
        """For each example, whether it was judged rightly."""
        return [self.cleaned_data[f"example{n}"] == (YES if e.may else NO) for n, e in enumerate(EXAMPLES)]
