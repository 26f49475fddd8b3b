"""What people do to posts, accounts and hashtags by pressing a button: a form each, and back to where they were.

With htmx the answer is the changed part of the page instead.
"""

from collections.abc import Callable, Mapping

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from openrounds.accounts import actions as accounts
from openrounds.accounts.access import access_account
from openrounds.accounts.models import Account
from openrounds.accounts.queries import relationships
from openrounds.core.errors import BadRequest, Refusal
from openrounds.core.paging import GREATEST
from openrounds.hashtags import actions as hashtags
from openrounds.hashtags import queries as hashtag_queries
from openrounds.moderation.queries import rules
from openrounds.moderation.report_actions import Complaint, create_report
from openrounds.posts import actions, lines
from openrounds.posts.access import access_original
from openrounds.posts.actions import Author
from openrounds.posts.queries import polls_of
from openrounds.web import reading
from openrounds.web.access import for_members, owner_of, person_of
from openrounds.web.cards import standing
from openrounds.web.sent import back, charge
from openrounds.web.words import refusal_in_words

YEAR = 365 * 24 * 3600
CATEGORIES = {
    "violation": _("It breaks the rules"),
    "spam": _("It is spam"),
    "legal": _("It is against the law"),
    "other": _("Something else"),
}


def known(post_id: int) -> int:
    """No id is greater than what the databases hold; 0 is nobody's."""
    return post_id if post_id <= GREATEST else 0


def unquote(who: Author, post_id: int) -> object:
    """Takes the writer's own post out of that one, which quotes it."""
    quoting = access_original(who.account.pk, post_id)
    return actions.revoke_quote(who.account.pk, quoting.quote_of_id or 0, quoting.pk)


def _whose(request: HttpRequest, wanted: str, post_id: int) -> Account:
    """A team's post is pinned, and taken out of a quote, as the team; all else is done as oneself."""
    person = person_of(request)
    if wanted not in ("pin", "unpin", "unquote"):
        return person.account
    post = access_original(person.account_id, post_id)
    about = post.quote_of if wanted == "unquote" else post
    return owner_of(request, about.account_id) if about else person.account


Deed = Callable[[Author, int], object]
ON_POSTS: Mapping[str, Deed] = {
    "favourite": lambda who, post: actions.favourite(who.account.pk, post),
    "unfavourite": lambda who, post: actions.unfavourite(who.account.pk, post),
    "boost": actions.boost,
    "unboost": lambda who, post: actions.unboost(who.account.pk, post),
    "bookmark": lambda who, post: actions.bookmark(who.account.pk, post),
    "unbookmark": lambda who, post: actions.unbookmark(who.account.pk, post),
    "pin": lambda who, post: actions.pin(who.account.pk, post),
    "unpin": lambda who, post: actions.unpin(who.account.pk, post),
    "mute": lambda who, post: actions.mute_thread(who.account.pk, post),
    "unmute": lambda who, post: actions.unmute_thread(who.account.pk, post),
    "unquote": unquote,
}
ON_ACCOUNTS: Mapping[str, Callable[[int, int], object]] = {
    "follow": accounts.follow,
    "unfollow": accounts.unfollow,
    "block": accounts.block,
    "unblock": accounts.unblock,
    "mute": accounts.mute,
    "unmute": accounts.unmute,
    "authorize": accounts.authorize_request,
    "reject": accounts.reject_request,
    "dismiss": accounts.dismiss_suggestion,
}


@require_POST
@for_members
def on_post(request: HttpRequest, post_id: int) -> HttpResponse:
    wanted = request.POST.get("do", "")
    deed = ON_POSTS.get(wanted)
    if deed is None:
        raise BadRequest("That button is not known")
    charge(request)
    deed(Author(_whose(request, wanted, known(post_id)), person_of(request)), known(post_id))
    if not request.headers.get("HX-Request"):
        return back(request, "home", place=f"post-{post_id}")
    response = _part(request, known(post_id), "pages/post_actions.html")
    if deed is unquote:  # more of the page changes than the buttons
        response["HX-Refresh"] = "true"
    return response


def _part(request: HttpRequest, post_id: int, template: str) -> HttpResponse:
    """A piece of the post as it is now."""
    call = reading.call_of(request)
    post = access_original(call.account_id, post_id)
    [shown] = reading.posts(call, lines.read_ids([post.pk]))
    page = {"post": shown, "back": request.POST.get("next", "")} | standing(request, shown)
    return render(request, template, page)


@require_POST
@for_members
def vote(request: HttpRequest, post_id: int) -> HttpResponse:
    charge(request)
    person = person_of(request)
    post = access_original(person.account_id, known(post_id))
    polls = polls_of([post.pk])
    if not polls:
        raise BadRequest("This post asks nothing")
    choices = [
        int(choice) for choice in request.POST.getlist("choice") if choice.isdecimal() and len(choice) < 3
    ]
    actions.vote(person.account_id, polls[0].pk, choices)
    if request.headers.get("HX-Request"):
        return _part(request, post.pk, "pages/post_poll.html")
    return back(request, "home", place=f"post-{post.pk}")


@require_POST
@for_members
def on_account(request: HttpRequest, account_id: int) -> HttpResponse:
    deed = ON_ACCOUNTS.get(request.POST.get("do", ""))
    if deed is None:
        raise BadRequest("That button is not known")
    charge(request)
    me = person_of(request).account_id
    found = access_account(me, known(account_id))
    deed(me, found.pk)
    if request.headers.get("HX-Request"):
        [relation] = relationships(me, [found.pk])
        page = {"relation": relation, "back": request.POST.get("next", "")}
        page["full"] = "full" in request.POST
        return render(request, "pages/account_actions.html", page)
    return back(request, f"/@{found.username}")


@require_POST
@for_members
def on_hashtag(request: HttpRequest, name: str) -> HttpResponse:
    charge(request)
    me, wanted = person_of(request).account_id, request.POST.get("do", "")
    if wanted == "follow":
        hashtags.follow_hashtag(me, name)
    elif wanted == "unfollow":
        found = hashtag_queries.by_name(name)
        if found is not None:
            hashtags.unfollow_hashtag(me, found)
    else:
        raise BadRequest("That button is not known")
    return back(request, f"/tags/{name}")


@require_http_methods(["GET", "HEAD", "POST"])
@for_members
def report(request: HttpRequest, account_id: int) -> HttpResponse:
    """Asks the moderators to look at somebody, and by which post one came upon him."""
    me = person_of(request).account_id
    target = access_account(me, known(account_id))
    page = {
        "target": target,
        "categories": CATEGORIES,
        "rules": rules(),
        "post_id": request.GET.get("post", ""),
    }
    if request.method != "POST":
        return render(request, "pages/report.html", page)
    charge(request)
    try:
        create_report(me, _complaint(request, target.pk))
    except Refusal as refusal:
        page |= {"problem": refusal_in_words(refusal.message), "post_id": request.POST.get("post", "")}
        page |= {"comment": request.POST.get("comment", ""), "category": request.POST.get("category", "")}
        page["broken"] = request.POST.getlist("rule")
        return render(request, "pages/report.html", page, status=refusal.status)
    return render(request, "pages/reported.html", page)


def _complaint(request: HttpRequest, target_id: int) -> Complaint:
    post, sent = request.POST.get("post", ""), request.POST
    category = sent.get("category", "other")
    return Complaint(
        target_id,
        category if category in CATEGORIES else "other",
        sent.get("comment", ""),
        [known(int(post))] if post.isdecimal() and len(post) < 20 else [],
        [int(rule) for rule in sent.getlist("rule") if rule.isdecimal() and len(rule) < 19],
    )


@require_POST
def appearance(request: HttpRequest) -> HttpResponse:
    """Light, dark, or as the device has it; kept in the browser, so that it holds before one signs in."""
    theme = request.POST.get("theme", "")
    response = back(request, "start")
    if theme in ("light", "dark"):
        response.set_cookie(
            "theme", theme, max_age=YEAR, samesite="Lax", httponly=True, secure=request.is_secure()
        )
    else:
        response.delete_cookie("theme", samesite="Lax")
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@for_members
def delete(request: HttpRequest, post_id: int) -> HttpResponse:
    """Asks first."""
    call = reading.call_of(request)
    post = access_original(call.account_id, known(post_id))
    owner = owner_of(request, post.account_id)
    if post.account_id != owner.pk:
        raise BadRequest("Only who wrote a post can delete it")
    if request.method != "POST":
        [shown] = reading.posts(call, lines.read_ids([post.pk]))
        return render(request, "pages/delete.html", {"post": shown})
    charge(request, "delete")
    actions.delete_post(owner.pk, post.pk)
    return redirect("profile", username=owner.username)
