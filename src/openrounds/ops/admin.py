"""What operators look up and change by hand: Django's own admin. Everyday moderation has its own endpoints."""

from allauth.account.decorators import secure_admin_login
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib import admin
from django.contrib.auth.models import Group
from django.db import models, transaction
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.urls import reverse

from openrounds.accounts.models import Account, Invite, User
from openrounds.moderation import announcement_actions
from openrounds.moderation.actions import note, suspend_account, unsuspend_account
from openrounds.moderation.models import Announcement, AuditEntry, Report, Rule
from openrounds.moderation.newcomer_actions import approve
from openrounds.oauth.actions import end_access
from openrounds.oauth.models import Application

admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]  # with the second step
admin.site.site_header = admin.site.site_title = "OpenRounds"
REASON = "in the administration"
# Ranks stand in for groups; the rest is allauth's: the secrets of the second step are nobody's to read, and addresses and
# sessions changed behind its back would be half changed.
for model in (Group, EmailAddress, Authenticator, UserSession):
    admin.site.unregister(model)


def _actor(request: HttpRequest) -> User:
    """Only people with a rank come here."""
    assert isinstance(request.user, User)
    return request.user


class Kept(admin.ModelAdmin):  # type: ignore[type-arg]  # not subscriptable when it runs
    """Rows that come and go by other ways: people sign up and leave, or are made on the command line."""

    def has_add_permission(self, _request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, _request: HttpRequest, _obj: models.Model | None = None) -> bool:
        return False


@admin.register(User)
class UserAdmin(Kept):
    """People who sign in."""

    list_display = (
        "username",
        "email",
        "rank",
        "confirmed_at",
        "approved_at",
        "is_active",
        "last_seen_at",
    )
    list_filter = ("rank", "is_active", ("approved_at", admin.EmptyFieldListFilter))
    search_fields = ("username", "email")
    fields = (
        "username",
        "email",
        "rank",
        "is_active",
        "locale",
        "sign_up_reason",
        "sign_up_ip",
        "invite",
    )
    readonly_fields = ("username", "email", "sign_up_reason", "sign_up_ip", "invite")
    actions = ("approve", "sign_out", "forget_second_step")

    @admin.action(description="Let these people in")
    def approve(self, request: HttpRequest, people: QuerySet[User]) -> None:
        let_in = [person for person in people if approve(_actor(request), person)]
        self.message_user(request, f"{len(let_in)} let in.")

    @admin.action(description="Sign these people out everywhere")
    def sign_out(self, request: HttpRequest, people: QuerySet[User]) -> None:
        for person in people:
            end_access(person, "signed out by an operator")
        self.message_user(request, "Signed out everywhere, apps included.")

    @admin.action(description="Take their second step off (phone or key lost)")
    def forget_second_step(self, request: HttpRequest, people: QuerySet[User]) -> None:
        for person in people:
            with transaction.atomic():
                Authenticator.objects.filter(user=person).delete()
                end_access(person, "second step taken off by an operator")
                note(_actor(request), "take second step off", f"@{person.username}", REASON)
        self.message_user(request, "The password alone lets them in now; they are signed out everywhere.")

    @transaction.atomic
    def save_model(self, request: HttpRequest, obj: User, form: "ModelForm[User]", change: bool) -> None:
        super().save_model(request, obj, form, change)
        changed = {"rank", "is_active"} & set(form.changed_data)
        if not obj.is_active or changed:
            end_access(obj, "disabled, or given another rank, by an operator")
        done = {"rank": f"make {obj.get_rank_display().lower()}"}
        done["is_active"] = "enable account" if obj.is_active else "disable account"
        for name in sorted(changed):
            note(_actor(request), done[name], f"@{obj.username}", REASON)


@admin.register(Account)
class AccountAdmin(Kept):
    """Who posts: people, teams, and those of other servers."""

    list_display = ("acct", "display_name", "role", "is_team", "suspended_at", "limited_at")
    list_filter = ("is_team", "role", ("suspended_at", admin.EmptyFieldListFilter))
    search_fields = ("username", "domain", "display_name")
    fields = (
        "username",
        "domain",
        "display_name",
        "note",
        "role",
        "specialty",
        "suspended_at",
        "limited_at",
    )
    readonly_fields = ("username", "domain", "suspended_at", "limited_at")
    actions = ("suspend", "restore")

    def view_on_site(self, account: Account) -> str:
        """Where measures are taken with a reason."""
        return reverse("moderated_account", args=[account.pk])

    def save_model(
        self, request: HttpRequest, obj: Account, form: "ModelForm[Account]", change: bool
    ) -> None:
        obj.version += 1
        super().save_model(request, obj, form, change)

    @admin.action(description="Suspend")
    def suspend(self, request: HttpRequest, accounts: QuerySet[Account]) -> None:
        done = [account for account in accounts if suspend_account(_actor(request), account, REASON)]
        self.message_user(request, f"{len(done)} suspended, and signed out everywhere.")

    @admin.action(description="Lift the suspension")
    def restore(self, request: HttpRequest, accounts: QuerySet[Account]) -> None:
        done = [account for account in accounts if unsuspend_account(_actor(request), account, REASON)]
        self.message_user(request, f"{len(done)} no longer suspended.")


@admin.register(Invite)
class InviteAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # not subscriptable when it runs
    list_display = ("code", "creator", "expires_at", "uses", "max_uses")
    raw_id_fields = ("creator",)
    readonly_fields = ("uses",)


@admin.register(Application)
class ApplicationAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # not subscriptable when it runs
    """Deleting one ends all its tokens."""

    list_display = ("name", "website", "created_at")
    search_fields = ("name",)
    fields = ("name", "website", "redirect_uris", "scopes")
    readonly_fields = ("redirect_uris", "scopes")

    def has_add_permission(self, _request: HttpRequest) -> bool:
        return False


@admin.register(Rule)
class RuleAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # not subscriptable when it runs
    list_display = ("text", "position")


@admin.register(Announcement)
class AnnouncementAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # not subscriptable when it runs
    list_display = ("text", "starts_at", "ends_at", "published_at", "withdrawn_at")
    fields = ("text", "all_day", "starts_at", "ends_at", "published_at", "withdrawn_at")

    def save_model(
        self,
        request: HttpRequest,  # noqa: ARG002 - Django's signature, here and below
        obj: Announcement,
        form: "ModelForm[Announcement]",  # noqa: ARG002
        change: bool,  # noqa: ARG002
    ) -> None:
        announcement_actions.announce(obj)

    def delete_model(self, request: HttpRequest, obj: Announcement) -> None:  # noqa: ARG002
        announcement_actions.remove(obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Announcement]) -> None:  # noqa: ARG002
        for told in queryset:
            announcement_actions.remove(told)


@admin.register(AuditEntry)
class AuditEntryAdmin(Kept):
    """Nobody writes what was done but who does it."""

    list_display = ("created_at", "actor", "action", "target", "reason")
    list_filter = ("action",)
    search_fields = ("target", "reason", "actor__username")
    list_select_related = ("actor",)

    def has_change_permission(self, _request: HttpRequest, _obj: models.Model | None = None) -> bool:
        return False


@admin.register(Report)
class ReportAdmin(Kept):
    list_display = ("target", "reporter", "category", "created_at", "resolved_at", "resolved_by")
    list_filter = ("category", ("resolved_at", admin.EmptyFieldListFilter))
    raw_id_fields = ("reporter", "target", "posts", "resolved_by")
