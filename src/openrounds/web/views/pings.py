"""When one's phone may ring, and who was not reached because he has been asked enough."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from msgspec import Struct

from openrounds.api.call import Call
from openrounds.api.entities.account import Account
from openrounds.core.errors import Invalid
from openrounds.push.actions import MOST_PINGS, Wishes, set_wishes
from openrounds.push.models import PingWishes
from openrounds.push.queries import count_pings, list_colleagues, list_unheard, wishes_of
from openrounds.web import people
from openrounds.web.access import for_members, person_of
from openrounds.web.forms.refusals import take
from openrounds.web.language import zones
from openrounds.web.views.own_settings import answer, either, saved


class PingForm(forms.Form):
    """Hours as the browser's clock field sends them; empty for none."""

    quiet_from = forms.CharField(
        label=gettext_lazy("Quiet from"), required=False, widget=forms.TextInput(attrs={"type": "time"})
    )
    quiet_until = forms.CharField(
        label=gettext_lazy("Quiet until"),
        required=False,
        widget=forms.TextInput(attrs={"type": "time"}),
        help_text=gettext_lazy("Between these hours nothing rings; all of it waits for you under News."),
    )
    time_zone = forms.ChoiceField(label=gettext_lazy("By the clock of"))
    weekly_cap = forms.IntegerField(
        label=gettext_lazy("How often a week you may be asked"),
        required=False,
        min_value=0,
        max_value=MOST_PINGS,
        help_text=gettext_lazy(
            "Mentions beyond that do not ring, and whoever asks is told whom else to try. Empty: as often as people like."
        ),
    )
    on_call = forms.BooleanField(
        label=gettext_lazy("Name me when a colleague of my specialty has been asked enough"), required=False
    )

    def __init__(self, *args: object, own: str, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # Django's own arguments
        zone = self.fields["time_zone"]
        assert isinstance(zone, forms.ChoiceField)
        zone.choices = [(name, name) for name in dict.fromkeys((own, *zones()))]

    def wishes(self) -> Wishes:
        sent = self.cleaned_data
        return Wishes(
            time_zone=sent["time_zone"],
            quiet_from=sent["quiet_from"].strip(),
            quiet_until=sent["quiet_until"].strip(),
            weekly_cap=sent["weekly_cap"] or 0,
            on_call=sent["on_call"],
        )


@either
@for_members
def settings(request: HttpRequest) -> HttpResponse:
    account_id = person_of(request).account_id
    own = wishes_of(account_id)
    form = PingForm(request.POST or None, own=own.time_zone, initial=_initial(own))
    if request.method == "POST" and form.is_valid():
        try:
            set_wishes(account_id, form.wishes())
        except Invalid as refusal:
            take(form, refusal)
        else:
            return saved(request, "settings_pings")
    count = count_pings(account_id)
    intro = ngettext(
        "Your phone rang for %(n)d mention in the last seven days.",
        "Your phone rang for %(n)d mentions in the last seven days.",
        count,
    ) % {"n": count}
    return answer(request, form, _("When your phone may ring"), intro=intro)


def _initial(own: PingWishes) -> dict[str, object]:
    return {
        "quiet_from": f"{own.quiet_from:%H:%M}" if own.quiet_from else "",
        "quiet_until": f"{own.quiet_until:%H:%M}" if own.quiet_until else "",
        "time_zone": own.time_zone,
        "weekly_cap": own.weekly_cap,
        "on_call": own.on_call,
    }


class Unheard(Struct, frozen=True):
    """Somebody whose phone did not ring, and colleagues who may be asked instead."""

    account: Account
    others: list[Account]


def unheard(call: Call, author_id: int, post_id: int) -> list[Unheard]:
    """For the post's author alone; nobody for everybody else."""
    if call.account_id != author_id:
        return []
    asked = {account.pk: list_colleagues(author_id, account) for account in list_unheard(post_id)}
    known = people.by_id(call, {*asked, *(other for others in asked.values() for other in others)})
    return [Unheard(known[who], [known[i] for i in others if i in known]) for who, others in asked.items()]
