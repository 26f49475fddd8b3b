"""Forms of the settings. What may be in them is judged by the actions; lengths are named for the browser's sake."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from openrounds.accounts.models import Account, Role, Visibility
from openrounds.accounts.rules import (
    DISPLAY_NAME_LIMIT,
    FIELD_LIMIT,
    FIELDS_LIMIT,
    NOTE_LIMIT,
    PICTURE_DESCRIPTION_LIMIT,
    SPECIALTY_LIMIT,
)
from openrounds.core.clock import now
from openrounds.timelines.filter_actions import Expiry, FilterChange, KeywordChange
from openrounds.timelines.filter_rules import KEYWORD_LIMIT, MOST_KEYWORDS, TITLE_LIMIT
from openrounds.timelines.models import Filter, FilterAction

NO_ANSWER = ("", _("I'd rather not say"))
ROLES = [NO_ANSWER, *[(value, _(label)) for value, label in Role.choices]]


class Area(forms.Textarea):
    """A field of several lines."""

    def __init__(self, rows: int) -> None:
        super().__init__(attrs={"rows": rows})


class ProfileForm(forms.Form):
    """What others see of an account."""

    display_name = forms.CharField(label=_("Name"), max_length=DISPLAY_NAME_LIMIT, required=False)
    note = forms.CharField(label=_("About you"), max_length=NOTE_LIMIT, required=False, widget=Area(4))
    role = forms.ChoiceField(
        label=_("What you are in medicine"),
        choices=ROLES,
        required=False,
        help_text=_("In your own words: nobody has checked it, and your profile says so."),
    )
    specialty = forms.CharField(label=_("Specialty or subject"), max_length=SPECIALTY_LIMIT, required=False)
    avatar = forms.FileField(
        label=_("Picture"), required=False, widget=forms.FileInput(attrs={"accept": "image/*"})
    )
    avatar_description = forms.CharField(
        label=_("What the picture shows"), max_length=PICTURE_DESCRIPTION_LIMIT, required=False
    )
    remove_avatar = forms.BooleanField(label=_("Remove the picture"), required=False)
    header = forms.FileField(
        label=_("Banner"), required=False, widget=forms.FileInput(attrs={"accept": "image/*"})
    )
    header_description = forms.CharField(
        label=_("What the banner shows"), max_length=PICTURE_DESCRIPTION_LIMIT, required=False
    )
    remove_header = forms.BooleanField(label=_("Remove the banner"), required=False)

    def __init__(self, *args: Any, account: Account, **kwargs: Any) -> None:
        super().__init__(*args, **{"initial": _profile(account)} | kwargs)
        for which in ("avatar", "header"):
            if not getattr(account, which):
                del self.fields[f"remove_{which}"]
        for number in range(1, FIELDS_LIMIT + 1):
            for part, label in (("name", _("Line %d: label")), ("value", _("Line %d: text"))):
                self.fields[f"line{number}_{part}"] = forms.CharField(
                    label=label % number, max_length=FIELD_LIMIT, required=False
                )

    def changes(self) -> dict[str, Any]:
        """The columns, for `edit_profile`."""
        names = ("display_name", "note", "role", "specialty", "avatar_description", "header_description")
        return {name: self.cleaned_data[name] for name in names}

    def lines(self) -> list[tuple[str, str]]:
        """(label, text) of each line."""
        sent = self.cleaned_data
        return [(sent[f"line{n}_name"], sent[f"line{n}_value"]) for n in range(1, FIELDS_LIMIT + 1)]


def _profile(account: Account) -> dict[str, object]:
    lines = {
        f"line{number}_{part}": line[part]
        for number, line in enumerate(account.fields, 1)
        for part in ("name", "value")
    }
    shown = ("display_name", "note", "role", "specialty", "avatar_description", "header_description")
    return lines | {name: getattr(account, name) for name in shown}


class PrivacyForm(forms.Form):
    """Who finds an account and its posts, and what new posts begin with."""

    locked = forms.BooleanField(
        label=_("Ask me before somebody follows me"),
        required=False,
        help_text=_("Then only those you accept see posts for followers."),
    )
    discoverable = forms.BooleanField(
        label=_("Suggest me to others and list me in the directory"), required=False
    )
    indexable = forms.BooleanField(
        label=_("Let my public posts be found by searching"),
        required=False,
        help_text=_("Here and by search engines."),
    )
    hide_collections = forms.BooleanField(label=_("Hide whom I follow and who follows me"), required=False)
    default_visibility = forms.TypedChoiceField(
        label=_("Who sees what I post, unless I choose otherwise"),
        coerce=int,
        choices=[
            (Visibility.PUBLIC.value, _("Everybody, and it is shown on public pages")),
            (Visibility.UNLISTED.value, _("Everybody, but it is kept off public timelines")),
            (Visibility.FOLLOWERS.value, _("My followers only")),
        ],
    )
    default_sensitive = forms.BooleanField(
        label=_("Hide my pictures until they are asked for"), required=False
    )
    default_language = forms.CharField(
        label=_("Language of my posts"),
        max_length=35,
        required=False,
        help_text=_("A short code, such as en or de. Empty: not said."),
    )


POLICY_LABELS = {
    "for_not_following": _("People I do not follow"),
    "for_not_followers": _("People who do not follow me, or only for three days"),
    "for_new_accounts": _("Accounts younger than a month"),
    "for_private_mentions": _("Direct posts that nobody asked for"),
    "for_limited_accounts": _("Accounts that moderators have limited"),
}
HANDLINGS = [
    ("accept", _("Tell me")),
    ("filter", _("Hold back until I have looked")),
    ("drop", _("Ignore")),
]


class PolicyForm(forms.Form):
    """Whose notifications are wanted; one question for each kind of people."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in POLICY_LABELS.items():
            self.fields[name] = forms.ChoiceField(label=label, choices=HANDLINGS)


class KeyboardForm(forms.Form):
    """Whether a letter alone does something: who dictates, or trembles, sets off what he never meant (WCAG 2.1.4)."""

    single_keys = forms.BooleanField(
        label=_("Single keys are shortcuts"),
        required=False,
        help_text=_(
            "Such as j for the next post and c to write one; ? lists them all. Switch them off if you dictate, or if keys "
            "are easily hit by mistake."
        ),
    )


PLACES = [
    ("home", _("Home and lists")),
    ("notifications", _("Notifications")),
    ("public", _("Public timelines and hashtags")),
    ("thread", _("Threads")),
    ("account", _("Profiles")),
]
ACTIONS = [
    (FilterAction.WARN.value, _("Fold it behind the filter's name")),
    (FilterAction.BLUR.value, _("Hide its pictures")),
    (FilterAction.HIDE.value, _("Leave it out")),
]
KEEP = "keep"
SPANS = {"": None, "1800": 1800, "3600": 3600, "21600": 21600, "86400": 86400, "604800": 604800}
SPAN_CHOICES = [
    ("", _("Until I end it")),
    ("1800", _("For half an hour")),
    ("3600", _("For an hour")),
    ("21600", _("For six hours")),
    ("86400", _("For a day")),
    ("604800", _("For a week")),
]


class FilterForm(forms.Form):
    """A filter with its words, one a line: words that are gone from the text are dropped, new ones added."""

    title = forms.CharField(label=_("Name"), max_length=TITLE_LIMIT)
    keywords = forms.CharField(
        label=_("Words or phrases, one a line"),
        widget=Area(5),
        help_text=_("A hashtag too: mute a chat for the evening and nobody will notice."),
    )
    whole_word = forms.BooleanField(
        label=_("Whole words only"),
        required=False,
        initial=True,
        help_text=_("Then cell does not find cells."),
    )
    context = forms.MultipleChoiceField(
        label=_("Where"), choices=PLACES, widget=forms.CheckboxSelectMultiple, initial=["home", "public"]
    )
    action = forms.ChoiceField(label=_("What becomes of such a post"), choices=ACTIONS)
    span = forms.ChoiceField(label=_("How long"), required=False)

    def __init__(self, *args: Any, existing: Filter | None = None, **kwargs: Any) -> None:
        self.existing = existing
        super().__init__(*args, **{"initial": _filter(existing) if existing else None} | kwargs)
        kept = [(KEEP, _("As it is"))] if existing and existing.expires_at else []
        span = self.fields["span"]
        assert isinstance(span, forms.ChoiceField)
        span.choices = [*kept, *SPAN_CHOICES]

    def clean_keywords(self) -> list[str]:
        lines = [line.strip() for line in self.cleaned_data["keywords"].splitlines()]
        words = list(dict.fromkeys(filter(None, lines)))
        if any(len(word) > KEYWORD_LIMIT for word in words):
            raise forms.ValidationError(_("One of them is too long."))
        if len(words) > MOST_KEYWORDS:
            raise forms.ValidationError(_("These are too many."))
        return words

    def wanted(self) -> FilterChange:
        """For `create_filter` and `edit_filter`."""
        sent = self.cleaned_data
        return FilterChange(
            title=sent["title"],
            contexts=sent["context"],
            action=sent["action"],
            expiry=None if sent["span"] == KEEP else Expiry(_moment(sent["span"])),
            keywords=tuple(self._keywords(sent["keywords"], sent["whole_word"])),
        )

    def _keywords(self, words: list[str], whole: bool) -> list[KeywordChange]:
        rows = list(self.existing.keywords.all()) if self.existing else []
        known = {row.keyword for row in rows}
        kept = [KeywordChange(row.pk, None, whole, drop=row.keyword not in words) for row in rows]
        return [*kept, *(KeywordChange(None, word, whole) for word in words if word not in known)]


def _moment(span: str) -> Any:
    seconds = SPANS[span]
    return now() + timedelta(seconds=seconds) if seconds else None


def _filter(existing: Filter) -> dict[str, object]:
    rows = list(existing.keywords.all())
    return {
        "title": existing.title,
        "keywords": "\n".join(row.keyword for row in rows),
        "whole_word": all(row.whole_word for row in rows),
        "context": existing.context,
        "action": existing.action,
        "span": KEEP if existing.expires_at else "",
    }


class DomainForm(forms.Form):
    """Another server that its reader does not want to meet."""

    domain = forms.CharField(
        label=_("Server"), max_length=253, help_text=_("Such as example.org. Nobody there is told.")
    )
