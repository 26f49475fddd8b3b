"""Searching, for members and strangers."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from openrounds.accounts import queries as accounts
from openrounds.api.mastodon.search import own_domains
from openrounds.api.render.tag import render_tags
from openrounds.core.emoji import find_emoji
from openrounds.core.paging import Paging
from openrounds.hashtags import queries as hashtags
from openrounds.posts import lines
from openrounds.rounds.queries import Wanted, catalogue
from openrounds.search import rules
from openrounds.search.queries import Range, find_posts, find_rounds
from openrounds.web import reading
from openrounds.web.access import for_members
from openrounds.web.views.rounds.catalogue import Entry, entries

FEW_PEOPLE, FEW_TAGS, FEW_ROUNDS = 8, 8, 5
MOST_ROUNDS = 100
COMPLETIONS = 6
SHORTEST_NAME = 2
LONGEST = 400


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """People, hashtags and posts; the words stay in the address, so a search can be shared and kept."""
    call, text = reading.call_of(request), request.GET.get("q", "").strip()[:LONGEST]
    page: dict[str, object] = {"q": text}
    if text:
        one_word = "@" not in text and len(text.split()) == 1
        tags = hashtags.starting_with(text, limit=FEW_TAGS) if one_word else []
        part = Range(reading.PER_PAGE, max_id=reading.cursor(request))
        found = find_posts(call.account_id, rules.parse(text), part, own_domains=own_domains(call))
        page |= {
            "people": []
            if text.startswith(("#", "＃"))
            else reading.people(call, _people(request, text, FEW_PEOPLE)),
            "tags": render_tags(call.base, tags, call.account_id),
            "posts": reading.posts(call, lines.read_ids(found)),
            "rounds": _rounds(request, text) if part.max_id is None else [],
            "older": found[-1] if len(found) == reading.PER_PAGE else None,
        }
    return render(request, "pages/search.html", page)


def _rounds(request: HttpRequest, text: str) -> list[Entry]:
    """The newest rounds with those words."""
    ids = tuple(find_rounds(None, rules.parse(text), most=MOST_ROUNDS))
    return entries(request, catalogue(None, Wanted(ids=ids), Paging(FEW_ROUNDS))) if ids else []


def _people(request: HttpRequest, text: str, limit: int) -> list[int]:
    call = reading.call_of(request)
    return accounts.search(call.account_id, text, own_domains=own_domains(call), limit=limit)


@require_safe
@for_members
def complete(request: HttpRequest) -> JsonResponse:
    """What may follow while somebody writes: `{"found": [{"text": "@alice", "note": "Alice"}]}` for `@al`, `#te` or `:sm`."""
    text = request.GET.get("q", "")[:100]
    sign, rest = text[:1], text[1:]
    if sign == "@" and rest:
        people = reading.people(reading.call_of(request), _people(request, rest, COMPLETIONS))
        found = [{"text": f"@{p.account.acct}", "note": p.account.display_name} for p in people]
    elif sign == "#" and rest:
        found = [{"text": str(tag), "note": ""} for tag in hashtags.starting_with(rest, limit=COMPLETIONS)]
    elif sign == ":" and len(rest) >= SHORTEST_NAME:
        found = [{"text": emoji.sign, "note": emoji.name} for emoji in find_emoji(rest, COMPLETIONS)]
    else:
        found = []
    return JsonResponse({"found": found})
