"""Which handler follows from which fact: the one place that joins what happens below to what is done about it above."""

from datetime import timedelta

from openrounds.accounts import mail
from openrounds.accounts.facts import (
    Blocked,
    DomainBlocked,
    Followed,
    FollowRequested,
    FollowRequestEnded,
    LeftTeam,
    Muted,
    ProfileChanged,
    SignedUp,
    Unfollowed,
)
from openrounds.accounts.jobs import forget_unconfirmed, tidy_mutes
from openrounds.accounts.models import Account
from openrounds.api import drawing
from openrounds.jobs.jobs import trim_outbox
from openrounds.jobs.registry import at_once, every, of, subscribe
from openrounds.media.jobs import sweep_files, sweep_unnamed_files
from openrounds.media.models import MediaFile
from openrounds.media.references import holds_files
from openrounds.moderation import jobs as moderation
from openrounds.moderation.facts import AccountRestored, AccountSuspended
from openrounds.oauth.jobs import forget_expired, forget_unused, take_back_tokens
from openrounds.portability import jobs as portability
from openrounds.portability.facts import ArchiveAsked
from openrounds.posts import card_jobs
from openrounds.posts.facts import (
    BoostsDeleted,
    Favourited,
    PollEnded,
    PostChanged,
    PostCreated,
    PostDeleted,
    PostEdited,
    Unfavourited,
    Voted,
)
from openrounds.posts.jobs import delete_more_boosts, forget_keys
from openrounds.posts.models import PreviewCard
from openrounds.push import jobs as push
from openrounds.rounds import citation_jobs as citations
from openrounds.rounds import cited
from openrounds.rounds import jobs as rounds
from openrounds.rounds.facts import (
    AskAnswered,
    Asked,
    Contributed,
    ContributionChanged,
    ContributionHidden,
    ReferenceAdded,
    RoundChanged,
    StepReleased,
)
from openrounds.search import jobs as searching
from openrounds.timelines import jobs as feeds
from openrounds.timelines import list_jobs as lists
from openrounds.timelines import notification_jobs as notifications
from openrounds.timelines.facts import Notified


def subscribe_all() -> None:
    """Called once, when all apps are loaded."""
    of(mail.send_mail)  # queued by name; to know it is all that a worker needs
    every(timedelta(hours=6), forget_expired)
    every(timedelta(days=1), forget_unused)
    _home_feeds()
    _lists()
    _moderation()
    _notifications()
    every(timedelta(hours=1), trim_outbox)
    every(timedelta(hours=1), tidy_mutes)
    every(timedelta(days=1), forget_unconfirmed)
    at_once(LeftTeam, take_back_tokens)
    every(timedelta(hours=1), forget_keys)
    subscribe(BoostsDeleted, delete_more_boosts)
    _drawings()
    _files()
    _link_previews()
    _push()
    _portability()
    _rounds()
    _search()


def _drawings() -> None:
    at_once(PostCreated, drawing.keep_new_post)
    at_once(PostEdited, drawing.keep_changed_post)
    at_once(PostChanged, drawing.keep_changed_post)
    at_once(ProfileChanged, drawing.keep_profile)
    every(timedelta(hours=1), drawing.tend_drawings)


def _files() -> None:
    holds_files(MediaFile, "name", "preview")
    holds_files(Account, "avatar", "avatar_static", "header", "header_static")
    holds_files(PreviewCard, "image")
    every(timedelta(hours=1), sweep_files)
    every(timedelta(days=1), sweep_unnamed_files)


def _link_previews() -> None:
    subscribe(PostCreated, card_jobs.join_new_post, when=card_jobs.may_show_a_card)
    every(timedelta(days=1), card_jobs.forget_cards)
    subscribe(PostEdited, card_jobs.join_edited_post, when=card_jobs.may_show_a_card)


def _home_feeds() -> None:
    at_once(PostCreated, feeds.show)
    subscribe(PostDeleted, feeds.withdraw)
    subscribe(BoostsDeleted, feeds.withdraw_boosts)
    at_once(Followed, feeds.welcome)
    at_once(Unfollowed, feeds.part)
    at_once(Blocked, feeds.separate)
    at_once(Muted, feeds.silence)
    at_once(DomainBlocked, feeds.shut_out)
    every(timedelta(hours=1), feeds.trim_feeds)


def _lists() -> None:
    at_once(Unfollowed, lists.leave)
    at_once(FollowRequestEnded, lists.leave_refused)
    at_once(Blocked, lists.leave_each_other)


def _moderation() -> None:
    subscribe(AccountSuspended, moderation.empty_feeds)
    subscribe(AccountRestored, moderation.fill_feeds)


def _push() -> None:
    subscribe(Notified, push.ring, when=push.may_ring)
    every(timedelta(days=1), push.tidy_pings)


def _portability() -> None:
    subscribe(ArchiveAsked, portability.make_archive)
    every(timedelta(hours=1), portability.forget_archives)
    every(timedelta(hours=1), portability.forget_held)
    every(timedelta(hours=1), portability.begin_erasing)


def _search() -> None:
    at_once(PostCreated, searching.take_in)
    subscribe(PostEdited, searching.take_in_again)
    subscribe(PostDeleted, searching.take_out)
    subscribe(RoundChanged, searching.take_in_round)
    subscribe(StepReleased, searching.take_in_step)
    every(timedelta(days=1), searching.sweep)
    every(timedelta(minutes=5), searching.count_trends)


def _notifications() -> None:
    subscribe(PostCreated, notifications.announce_post, when=notifications.concerns_somebody)
    subscribe(PostEdited, notifications.announce_edit)
    subscribe(Favourited, notifications.announce_favourite)
    subscribe(Followed, notifications.announce_follow)
    subscribe(FollowRequested, notifications.announce_request)
    subscribe(PollEnded, notifications.announce_result)
    subscribe(SignedUp, notifications.announce_newcomer)
    every(timedelta(days=1), notifications.trim_notifications)
    at_once(PostDeleted, notifications.withdraw_post)
    at_once(Unfavourited, notifications.withdraw_favourite)
    at_once(Unfollowed, notifications.withdraw_follow)
    at_once(FollowRequestEnded, notifications.withdraw_request)
    at_once(Blocked, notifications.separate)
    at_once(DomainBlocked, notifications.shut_out)


def _rounds() -> None:
    at_once(PostCreated, rounds.take_in)
    at_once(PostEdited, rounds.take_in_edited)
    at_once(PostDeleted, rounds.leave_gap)
    at_once(Voted, rounds.commit_voter)
    subscribe(ContributionHidden, rounds.tell_author)
    subscribe(Asked, rounds.tell_hosts)
    subscribe(AskAnswered, rounds.tell_asker)
    subscribe(ReferenceAdded, citations.look_up)
    subscribe(Contributed, cited.note_papers, when=cited.may_cite)
    subscribe(ContributionChanged, cited.note_papers_again, when=cited.may_have_cited)
    of(citations.look_up_paper)  # queued by name; to know it is all that a worker needs
    every(timedelta(days=1), rounds.close_forgotten)
    every(timedelta(hours=6), citations.look_again)
