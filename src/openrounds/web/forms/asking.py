"""The form in which a multiple-choice question is asked as a post of its own."""

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from openrounds.accounts.models import Account
from openrounds.core.options import options
from openrounds.core.text import is_hashtag
from openrounds.rounds.drafts import QuestionDraft
from openrounds.rounds.models import Licence
from openrounds.web.forms.compose import DAY, OPEN_FOR
from openrounds.web.forms.options import OptionFields

PICTURES = 2
MINUTE = 60


class QuestionForm(OptionFields):
    """What may be in it is judged by `rounds.actions`; here it is gathered."""

    author = forms.ChoiceField(label=_("Post as"))
    text = forms.CharField(
        label=_("Question"),
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
        help_text=_("The post; every Mastodon app shows it as a poll."),
    )
    hashtag = forms.CharField(
        label=_("Hashtag"), max_length=101, required=False, help_text=_("Where it will be debated.")
    )
    multiple = forms.BooleanField(label=_("Several answers may be chosen"), required=False)
    lasts = forms.TypedChoiceField(label=_("Open for"), choices=OPEN_FOR, coerce=int, initial=7 * DAY)
    licence = forms.ChoiceField(label=_("Licence"), choices=Licence.choices, initial=Licence.CC_BY)
    key = forms.CharField(max_length=64, widget=forms.HiddenInput)

    def __init__(self, *args: Any, actors: Sequence[Account], **kwargs: Any) -> None:
        kwargs["initial"] = {"key": uuid4().hex, "author": actors[0].username}
        super().__init__(*args, **kwargs)
        self.actors = {actor.username: actor for actor in actors}
        author = self.fields["author"]
        author.choices = [(a.username, f"{a.display_name or a.username} (@{a.username})") for a in actors]  # type: ignore[attr-defined]
        self.fields["text"].max_length = options().post_characters  # type: ignore[attr-defined]
        for n in range(PICTURES):
            self._add_picture(n)
        self.add_options([])

    def _add_picture(self, n: int) -> None:
        widget = forms.FileInput(attrs={"accept": "image/*"})
        self.fields[f"picture{n}_file"] = forms.FileField(
            label=_("Picture %d") % (n + 1), required=False, widget=widget
        )
        self.fields[f"picture{n}_alt"] = forms.CharField(
            label=_("Description for those who cannot see it"),
            required=False,
            widget=forms.Textarea(attrs={"rows": 2}),
        )

    def picture_rows(self) -> list[list[forms.BoundField]]:
        """File and description of each picture."""
        return [[self[f"picture{n}_{name}"] for name in ("file", "alt")] for n in range(PICTURES)]

    def clean_hashtag(self) -> str:
        name = str(self.cleaned_data["hashtag"]).strip().removeprefix("#")
        if name and not is_hashtag(name):
            raise forms.ValidationError(_("A hashtag has letters and digits, not digits alone."))
        return name

    def clean(self) -> dict[str, Any]:
        """A picture needs words: whoever cannot see it is asked the same question."""
        sent = super().clean() or {}
        for n in range(PICTURES):
            if sent.get(f"picture{n}_file") and not sent.get(f"picture{n}_alt", "").strip():
                self.add_error(f"picture{n}_alt", _("Say what the picture shows."))
        return sent

    @property
    def chosen(self) -> Account:
        """Whom the post is shown as."""
        return self.actors[self.cleaned_data["author"]]

    def pictures(self) -> list[tuple[Any, str]]:
        """Uploaded files with their descriptions."""
        sent = self.cleaned_data
        return [
            (file, sent[f"picture{n}_alt"]) for n in range(PICTURES) if (file := sent[f"picture{n}_file"])
        ]

    def draft(self) -> QuestionDraft:
        """The question. Only of a valid form."""
        sent = self.cleaned_data
        return QuestionDraft(
            text=sent["text"].replace("\r\n", "\n"),
            options=self.options(),
            multiple=sent["multiple"],
            minutes=sent["lasts"] // MINUTE,
            licence=sent["licence"],
        )
