"""Addresses of reading and posting. Those that strangers may know (`/@name`, `/tags/name`) are Mastodon's."""

from django.urls import URLPattern, path

from openrounds.web.views import acting, history, library, posting, public, search, timelines, told

urlpatterns: list[URLPattern] = [
    path("home", timelines.home, name="home"),
    path("local", timelines.local, name="local"),
    path("explore", timelines.explore, name="explore"),
    path("news", timelines.news, name="news"),
    path("search", search.search, name="search"),
    path("complete", search.complete, name="complete"),
    path("notifications", told.index, name="notifications"),
    path("conversations", library.talks, name="conversations"),
    path("bookmarks", library.bookmarks, name="bookmarks"),
    path("favourites", library.favourites, name="favourites"),
    path("lists", library.lists, name="lists"),
    path("lists/<int:list_id>", library.one_list, name="list"),
    path("compose", posting.compose, name="compose"),
    path("compose/file", posting.upload, name="upload"),
    path("posts/<int:post_id>/reply", posting.reply, name="reply"),
    path("posts/<int:post_id>/edit", posting.edit, name="edit"),
    path("posts/<int:post_id>/delete", acting.delete, name="delete"),
    path("posts/<int:post_id>/act", acting.on_post, name="act"),
    path("posts/<int:post_id>/vote", acting.vote, name="vote"),
    path("posts/<int:post_id>/boosts", public.boosted_by, name="boosters"),
    path("posts/<int:post_id>/favourites", public.favourited_by, name="favouriters"),
    path("posts/<int:post_id>/history", history.history, name="history"),
    path("accounts/<int:account_id>/act", acting.on_account, name="act_on_account"),
    path("accounts/<int:account_id>/report", acting.report, name="report"),
    path("@<str:username>/followers", public.tied, {"side": "followers"}, name="followers"),
    path("@<str:username>/following", public.tied, {"side": "following"}, name="following"),
    path("tags/<str:name>/act", acting.on_hashtag, name="act_on_hashtag"),
    path("appearance", acting.appearance, name="appearance"),
]
