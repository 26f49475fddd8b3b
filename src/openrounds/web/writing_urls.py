"""Addresses of the editor of rounds."""

from django.urls import URLPattern, path

from openrounds.web.views.rounds import series, writing

urlpatterns: list[URLPattern] = [
    path("rounds/new", writing.new, name="round_new"),
    path("rounds/series/new", series.new, name="series_new"),
    path("rounds/series/<slug:slug>/edit", series.edit, name="series_edit"),
    path("rounds/series/<slug:slug>/end", series.end, name="series_end"),
    path("rounds/<slug:slug>/edit", writing.edit, name="round_edit"),
    path("rounds/<slug:slug>/edit/publish", writing.publish, name="round_publish"),
    path("rounds/<slug:slug>/edit/duplicate", writing.duplicate, name="round_duplicate"),
    path("rounds/<slug:slug>/edit/delete", writing.delete, name="round_delete"),
    path("rounds/<slug:slug>/preview/<int:number>", writing.preview, name="round_preview"),
    path("rounds/<slug:slug>/edit/pictures/<int:media_id>", writing.picture, name="step_picture"),
    path("rounds/<slug:slug>/edit/steps/new", writing.step, name="step_new"),
    path("rounds/<slug:slug>/edit/steps/<int:step_id>", writing.step, name="step_edit"),
    path("rounds/<slug:slug>/edit/steps/<int:step_id>/move", writing.move, name="step_move"),
    path("rounds/<slug:slug>/edit/steps/<int:step_id>/remove", writing.remove, name="step_remove"),
]
