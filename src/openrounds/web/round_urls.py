"""Addresses of rounds."""

from django.urls import URLPattern, path

from openrounds.web.views.rounds import catalogue, feeds, hosting, looking_back, questions, room, taking_part

urlpatterns: list[URLPattern] = [
    # Before the pages, whose names would swallow the endings.
    path("rounds.rss", feeds.rss, name="rounds_feed"),
    path("rounds.ics", feeds.ics, name="rounds_calendar"),
    path("rounds/series/<slug:slug>.rss", feeds.rss, name="series_feed"),
    path("rounds/series/<slug:slug>.ics", feeds.ics, name="series_calendar"),
    path("rounds/<slug:slug>.ics", feeds.one, name="round_calendar"),
    path("rounds/<slug:slug>.zip", looking_back.zipped, name="round_zip"),
    path("@<str:username>/rounds.rss", feeds.rss, name="host_feed"),
    path("@<str:username>/rounds.ics", feeds.ics, name="host_calendar"),
    path("@<str:username>/rounds", catalogue.of_team, name="host_rounds"),
    path("rounds", catalogue.index, name="rounds"),
    path("rounds/diagnoses", taking_part.diagnoses, name="diagnoses"),
    path("rounds/mine", catalogue.own, name="own_rounds"),
    path("rounds/series/<slug:slug>", catalogue.of_series, name="series"),
    path("questions/<int:question_id>/statistics", questions.statistics, name="question_statistics"),
    path("rounds/<slug:slug>", room.room, name="round"),
    path("rounds/<slug:slug>/live", room.live, name="round_live"),
    path("rounds/<slug:slug>/stage", room.stage, name="round_stage"),
    path("rounds/<slug:slug>/fresh", room.fresh, name="round_fresh"),
    path("rounds/<slug:slug>/say", taking_part.say, name="round_say"),
    path("rounds/<slug:slug>/ask", taking_part.ask, name="round_ask"),
    path("rounds/<slug:slug>/steps/<int:position>/answer", taking_part.answer, name="round_answer"),
    path("rounds/<slug:slug>/steps/<int:position>/skip", taking_part.skip, name="round_skip"),
    path("rounds/<slug:slug>/steps/<int:position>/answers", taking_part.pool, name="round_pool"),
    path("rounds/<slug:slug>/replay", looking_back.first, name="round_replay_first"),
    path("rounds/<slug:slug>/replay/<int:number>", looking_back.replay, name="round_replay"),
    path("rounds/<slug:slug>/archive", looking_back.archive, name="round_archive"),
    path("rounds/<slug:slug>/print", looking_back.printed, name="round_print"),
    path("rounds/<slug:slug>/host", hosting.desk, name="round_desk"),
    path("rounds/<slug:slug>/host/run", hosting.run, name="round_run"),
    path("rounds/<slug:slug>/host/release", hosting.release, name="round_release"),
    path("rounds/<slug:slug>/host/posts/<int:post_id>", hosting.curate, name="round_curate"),
    path("rounds/<slug:slug>/host/posts/<int:post_id>/same", hosting.merge, name="round_merge"),
    path("rounds/<slug:slug>/host/asks/<int:ask_id>", hosting.respond, name="round_respond"),
]
