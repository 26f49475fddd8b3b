"""Addresses of the pages. Signing in is allauth's, under its own names; what we have instead of its pages comes first.

They are one list, not included one in another: for each level of these Django takes all patterns apart once more."""

from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import RedirectView

from openrounds.web import house_urls, round_urls, timeline_urls, writing_urls
from openrounds.web.views import consent, media_files, public, settings, sign_up

urlpatterns: list[URLPattern | URLResolver] = [
    *house_urls.urlpatterns,
    *writing_urls.urlpatterns,
    *round_urls.urlpatterns,
    path("", public.start, name="start"),
    path("about", public.about, name="about"),
    path("@<str:username>", public.profile, name="profile"),
    path("@<str:username>/<int:post_id>", public.post, name="post"),
    path("tags/<str:name>", public.hashtag, name="hashtag"),
    path("media/<str:name>", media_files.show),
    path("oauth/authorize", consent.authorize, name="authorize"),
    path("oauth/authorize/", consent.authorize),
    path("oauth/authorize/native", consent.native, name="native"),
    path("auth/sign_up", sign_up.sign_up, name="account_signup"),
    path("auth/signup/", RedirectView.as_view(pattern_name="account_signup")),
    path("auth/waiting", settings.waiting, name="waiting"),
    path("auth/", include("openrounds.web.allauth_urls")),
    *timeline_urls.urlpatterns,
    path("settings", settings.index, name="settings"),
    path("settings/applications", settings.applications, name="applications"),
    path("settings/log_out_everywhere", settings.log_out_everywhere, name="log_out_everywhere"),
]
