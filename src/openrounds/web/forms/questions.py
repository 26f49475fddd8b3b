"""Forms by which questions come from other programs."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from openrounds.accounts.models import Account
from openrounds.core.text import is_hashtag
from openrounds.portability.questions.reading import LARGEST_FILE, MEGABYTE
from openrounds.rounds.models import Licence, Round
from openrounds.web.forms.rounds import KINDS


class QuestionFileForm(forms.Form):
    """A file, and where its questions go: into a draft, or into a new one. `token` stands for a file that was given before."""

    token = forms.CharField(widget=forms.HiddenInput, required=False, max_length=32)
    name = forms.CharField(widget=forms.HiddenInput, required=False, max_length=255)
    file = forms.FileField(
        label=_("File"),
        required=False,
        help_text=_("CSV, QTI (2.1, 2.2, 3.0; one item or a package), or what Anki exports as plain text."),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.tsv,.xml,.zip"}),
    )
    into = forms.ChoiceField(label=_("Where do they go?"), required=False)
    host = forms.ChoiceField(label=_("Who hosts it?"), required=False)
    kind = forms.ChoiceField(label=_("What is it?"), choices=KINDS, required=False)
    title = forms.CharField(label=_("Title"), max_length=180, required=False)
    hashtag = forms.CharField(label=_("Hashtag"), max_length=101, required=False)
    licence = forms.ChoiceField(
        label=_("Licence"), choices=Licence.choices, required=False, initial=Licence.ALL_RIGHTS
    )

    def __init__(self, *args: Any, actors: Sequence[Account], drafts: Sequence[Round], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        into, host = self.fields["into"], self.fields["host"]
        assert isinstance(into, forms.ChoiceField)
        assert isinstance(host, forms.ChoiceField)
        into.choices = [
            ("", _("Into a new draft")),
            *((d.slug, f"{d.title} (@{d.host.username})") for d in drafts),
        ]
        host.choices = [(str(a.pk), f"{a.display_name or a.username} (@{a.username})") for a in actors]
        self.drafts = {draft.slug: draft for draft in drafts}

    def new_fields(self) -> list[forms.BoundField]:
        """What a new draft needs."""
        return [self[name] for name in ("host", "kind", "title", "hashtag", "licence")]

    def clean(self) -> dict[str, Any]:
        sent = super().clean() or {}
        file = sent.get("file")
        if not file and not sent.get("token"):
            self.add_error("file", _("Choose a file."))
        if file and (file.size or 0) > LARGEST_FILE:
            most = LARGEST_FILE // MEGABYTE
            self.add_error("file", _("A file may have at most %d MB.") % most)
        if not sent.get("into"):
            self._check_new(sent)
        return sent

    def _check_new(self, sent: dict[str, Any]) -> None:
        if not sent.get("title", "").strip():
            self.add_error("title", _("A new draft needs a title."))
        if not is_hashtag(sent.get("hashtag", "").strip().removeprefix("#")):
            self.add_error("hashtag", _("A hashtag has letters and digits, not digits alone."))
