"""The form in which posts are written, edited and answered."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import uuid4

from django import forms
from django.forms import BoundField
from django.http import QueryDict
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from msgspec.structs import replace

from openrounds.accounts.models import Account, Visibility
from openrounds.core.options import options
from openrounds.core.text import fold_hashtag
from openrounds.hashtags.rules import find_hashtags
from openrounds.posts.actions import Draft, PollDraft
from openrounds.posts.rules import OPTION_CHARACTERS

AUDIENCES = (
    (Visibility.PUBLIC.value, _("Everyone, and on the public timelines")),
    (Visibility.UNLISTED.value, _("Everyone, but quietly: not on the public timelines")),
    (Visibility.FOLLOWERS.value, _("Only my followers")),
    (Visibility.DIRECT.value, _("Only the people named in it")),
)
DAY = 24 * 3600
OPEN_FOR = (
    (3600, _("1 hour")),
    (6 * 3600, _("6 hours")),
    (DAY, _("1 day")),
    (3 * DAY, _("3 days")),
    (7 * DAY, _("1 week")),
)


class ComposeForm(forms.Form):
    """What may be in it is judged by `posts.actions`; here it is only gathered."""

    text = forms.CharField(
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto", "data-count": "", "placeholder": " "}),
    )
    spoiler_text = forms.CharField(required=False, label=_("Content warning"), max_length=1000)
    sensitive = forms.BooleanField(required=False, label=_("Hide the pictures until asked for"))
    visibility = forms.TypedChoiceField(
        coerce=int, required=False, empty_value=None, choices=AUDIENCES, label=_("Who can read it")
    )
    author = forms.ChoiceField(required=False, label=_("Post as"))
    tags = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple)
    in_reply_to = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)
    quote_of = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)
    key = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)
    described = forms.BooleanField(required=False, widget=forms.HiddenInput)
    lasts = forms.TypedChoiceField(
        coerce=int, required=False, empty_value=None, choices=OPEN_FOR, initial=DAY, label=_("Open for")
    )
    multiple = forms.BooleanField(required=False, label=_("Several answers may be chosen"))
    hide_totals = forms.BooleanField(required=False, label=_("Hide the results until it ends"))
    # Files are taken out of the request (`web.attaching`); what is wrong with them is told here.
    pictures = forms.Field(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        actors: Sequence[Account],
        tags: Sequence[str] = (),
        initial: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(data, auto_id="compose_%s", initial=initial)
        self.actors = actors
        for n in range(1, options().poll_options + 1):
            self.fields[f"answer_{n}"] = _answer(n)
        author, wanted = self.fields["author"], self.fields["tags"]
        author.choices = [(a.username, a.display_name or a.username) for a in actors]  # type: ignore[attr-defined]
        given = tags if data is None else data.getlist("tags")
        wanted.choices = [(tag, f"#{tag}") for tag in dict.fromkeys(given)]  # type: ignore[attr-defined]
        self.initial.setdefault("tags", list(tags))
        self.initial.setdefault("key", uuid4().hex)

    @property
    def answers(self) -> list[BoundField]:
        """The places for a poll's answers, as typed so far."""
        return [self[f"answer_{n}"] for n in range(1, options().poll_options + 1)]

    @property
    def given(self) -> list[BoundField]:
        """Those in which something stands."""
        return [answer for answer in self.answers if str(answer.value() or "").strip()]

    @property
    def has_poll(self) -> bool:
        """Whether one is asked; or something is wrong with it."""
        names = ("lasts", *(answer.name for answer in self.answers))
        return bool(self.given) or any(self.has_error(name) for name in names)

    def refuse(self, said: str, about: str) -> None:
        """Tells what an action refuses beside the field that it is about (`posts.rules.Unacceptable`)."""
        kind, _dash, place = about.partition("-")
        if kind == "option":
            field = self.given[int(place)].name
        elif kind == "poll":
            field = next((a.name for a in self.answers if a not in self.given), self.answers[0].name)
        else:
            field = {"media": "pictures", "lasts": "lasts"}.get(kind, "text")
        self.add_error(field, said)

    def point(self) -> None:
        """Whoever sent it goes on at the first field that is wrong, without a script too."""
        shown = ("text", "spoiler_text", *(answer.name for answer in self.answers), "lasts", "visibility")
        wrong = next((name for name in shown if self.has_error(name)), None)
        if wrong and not self.has_error("pictures"):
            self.fields[wrong].widget.attrs["autofocus"] = True

    @property
    def chosen(self) -> Account:
        """Whom the post is shown as: one of those that the person may act as, else himself."""
        name = self.data.get("author") if self.is_bound else self.initial.get("author")
        return next((a for a in self.actors if a.username == name), self.actors[0])

    @property
    def limit(self) -> int:
        return options().post_characters

    @property
    def most_files(self) -> int:
        return options().max_attachments

    def draft(self, media_ids: Sequence[int]) -> Draft:
        """What was written, with the hashtags that were to be kept. Only of a valid form."""
        sent = self.cleaned_data
        poll = None
        if self.given:
            asked = tuple(sent[answer.name] for answer in self.given)
            poll = PollDraft(
                asked, timedelta(seconds=sent["lasts"] or DAY), sent["multiple"], sent["hide_totals"]
            )
        draft = Draft(
            text=sent["text"].replace("\r\n", "\n"),
            spoiler_text=sent["spoiler_text"],
            sensitive=sent["sensitive"] or None,
            visibility=sent["visibility"],
            in_reply_to_id=sent["in_reply_to"],
            quote_of_id=sent["quote_of"],
            media_ids=tuple(media_ids),
            poll=poll,
        )
        return replace(draft, text=with_tags(draft.text, sent["tags"]))


def _answer(number: int) -> forms.CharField:
    """A place for an answer of a poll."""
    return forms.CharField(
        required=False,
        max_length=OPTION_CHARACTERS,
        label=format_lazy("{} {}", _("Answer"), number),
        widget=forms.TextInput(attrs={"placeholder": " "}),
    )


def with_tags(text: str, tags: Sequence[str]) -> str:
    """The text, with those hashtags below it that are not in it yet."""
    there = {fold_hashtag(tag.name) for tag in find_hashtags(text)}
    missing = [f"#{tag}" for tag in tags if fold_hashtag(tag) not in there]
    return f"{text.rstrip()}\n\n{' '.join(missing)}".strip() if missing and text.strip() else text
