"""Addresses of settings, teams and everything else that people see to rather than read."""

from django.urls import URLPattern, URLResolver, path

from openrounds.web.views import distance, export, filters, own_settings, teams

urlpatterns: list[URLPattern | URLResolver] = [
    path("settings/profile", own_settings.profile, name="settings_profile"),
    path("settings/privacy", own_settings.privacy, name="settings_privacy"),
    path("settings/notifications", own_settings.notifications, name="settings_notifications"),
    path("settings/filters", filters.index, name="filters"),
    path("settings/filters/new", filters.create, name="new_filter"),
    path("settings/filters/<int:filter_id>", filters.edit, name="edit_filter"),
    path("settings/filters/<int:filter_id>/delete", filters.delete, name="delete_filter"),
    path("settings/blocks", distance.blocks, name="blocks"),
    path("settings/mutes", distance.mutes, name="mutes"),
    path("settings/domain_blocks", distance.domains, name="domain_blocks"),
    path("settings/export", export.index, name="export"),
    path("settings/export/<str:name>.csv", export.csv, name="export_table"),
    path("settings/export/archives/<int:archive_id>", export.archive, name="archive"),
    path("teams", teams.index, name="teams"),
    path("teams/<str:username>", teams.team, name="team"),
    path("teams/<str:username>/leave", teams.remove, name="leave_team"),
    path("teams/<str:username>/profile", teams.profile, name="team_profile"),
]
