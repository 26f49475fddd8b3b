"""allauth's pages that are used, under its own names, which its views and templates ask for. Sign-up is our own, and so is
where sign-in and password reset live: Mastodon's apps and password managers know those addresses."""

from allauth.account import views
from django.urls import URLPattern, URLResolver, include, path, re_path

urlpatterns: list[URLPattern | URLResolver] = [
    path("sign_in", views.login, name="account_login"),
    path("sign_out", views.logout, name="account_logout"),
    path("inactive", views.account_inactive, name="account_inactive"),
    path("reauthenticate", views.reauthenticate, name="account_reauthenticate"),
    path("email", views.email, name="account_email"),
    path("confirm-email", views.email_verification_sent, name="account_email_verification_sent"),
    re_path(r"^confirm-email/(?P<key>[-:\w]+)$", views.confirm_email, name="account_confirm_email"),
    path("password/change", views.password_change, name="account_change_password"),
    path("password/set", views.password_set, name="account_set_password"),
    path("password/new", views.password_reset, name="account_reset_password"),
    path("password/sent", views.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^password/reset/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)$",
        views.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path("password/done", views.password_reset_from_key_done, name="account_reset_password_from_key_done"),
    path("2fa/", include("allauth.mfa.urls")),
    path("sessions/", include("allauth.usersessions.urls")),
]
