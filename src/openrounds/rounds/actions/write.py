"""Writing a round: made as a draft, edited by several, duplicated, thrown away."""

from collections.abc import Collection

from django.db import transaction

from openrounds.accounts.models import Account
from openrounds.core.errors import Invalid
from openrounds.jobs.actions import record
from openrounds.media.actions import copy_file
from openrounds.posts.rules import checked_language
from openrounds.rounds.access import check_host
from openrounds.rounds.actions.checks import (
    check_row,
    check_zone,
    claim_version,
    given,
    hashtag_of,
    invalid,
    refuse,
    write,
)
from openrounds.rounds.actions.series import ensure_next
from openrounds.rounds.actions.steps import set_free
from openrounds.rounds.actions.timing import plan_hours
from openrounds.rounds.drafts import RoundDraft
from openrounds.rounds.facts import RoundChanged
from openrounds.rounds.models import (
    Facilitator,
    Kind,
    Option,
    Question,
    Round,
    Series,
    State,
    Step,
    StepPicture,
)
from openrounds.rounds.naming import free_slug
from openrounds.rounds.planning import plan_of
from openrounds.rounds.rules import CARE_ITEMS, MOST_NOTICE, problems, standing_problems
from openrounds.rounds.vocabulary import specialty_name

COPIED = (
    *("kind", "hashtag_id", "host_id", "series_id", "language", "intro", "basis", "basis_note", "specialty"),
    *("presentation", "level", "image_kinds", "licence", "care", "diagnoses", "time_zone", "notice_minutes"),
)
CALENDAR_FIELDS = frozenset({"title", "intro", "opens_at", "closes_at"})


@transaction.atomic
def create_round(
    creator: Account,
    host: Account,
    kind: str,
    draft: RoundDraft,
    *,
    base_url: str = "",
    series: Series | None = None,
) -> Round:
    """A draft that only its hosts see; without a language of its own it has that in which they post.

    Raises Invalid, NotFound (not the creator's to make rounds for).
    """
    check_host(creator.pk, host.pk)
    if kind not in Kind.values:
        raise invalid("kind", "There is no such kind of round")
    title = draft.title if isinstance(draft.title, str) else ""
    if not isinstance(draft.hashtag, str) or not draft.hashtag.strip():
        raise invalid("hashtag", "A hashtag is needed: it is the door to the debate")
    round = Round(
        kind=kind, host=host, series=series, created_by=creator, base_url=base_url, slug=free_slug(title)
    )
    round.language = host.default_language or creator.default_language or round.language
    _fill(round, draft)
    round.save(force_insert=True)
    return round


@transaction.atomic
def edit_round(round: Round, draft: RoundDraft, version: int | None) -> Round:
    """Changes what the draft gives. Raises Invalid, Conflict (somebody else was first)."""
    if round.state == State.WITHDRAWN:
        raise Invalid("Validation failed: What is withdrawn cannot be changed")
    claim_version(round, version)
    changed = _fill(round, draft)
    if round.state == State.SCHEDULED and changed:
        refuse(problems(plan_of(round), round.updated_at))
    elif round.state != State.DRAFT:
        refuse(standing_problems(plan_of(round)))
    if changed & CALENDAR_FIELDS:
        round.sequence += 1
    round.save()
    plan_hours(round)
    if round.state != State.DRAFT:
        record(RoundChanged(round.pk, round.state))
    return round


def _fill(round: Round, draft: RoundDraft) -> set[str]:
    """Writes the draft into the row, checked; the names of the fields that it changes."""
    changes = given(draft)
    if round.opened_at is not None and {"opens_at", "hashtag"} & changes.keys():
        raise invalid("opens_at", "It has opened: its opening and its hashtag stay")
    if "hashtag" in changes:
        changes["hashtag"] = hashtag_of(changes["hashtag"])
    if "specialty" in changes:
        changes["specialty"] = specialty_name(changes["specialty"])
    if "time_zone" in changes:
        check_zone(changes["time_zone"])
    if "care" in changes and (unknown := changes["care"].keys() - set(CARE_ITEMS)):
        raise invalid("care", f"CARE has no item “{sorted(unknown)[0]}”")
    if "language" in changes and checked_language(changes["language"]) is None:
        raise invalid("language", "This is no code of a language (en, de, pt-BR)")
    write(round, changes)
    if not 0 <= round.notice_minutes <= MOST_NOTICE:
        raise invalid("notice_minutes", "Announce it at most a week before")
    check_row(round, exclude={"hashtag", "host", "series", "created_by", "notice_post"})
    if round.opens_at and round.closes_at and round.closes_at <= round.opens_at:
        raise invalid("closes_at", "It must close after it opens")
    return set(changes)


@transaction.atomic
def set_facilitators(round: Round, account_ids: Collection[int]) -> None:
    """Who may run the round beside the host's own people. Raises Invalid for whoever is no person of this server."""
    people = Account.objects.filter(pk__in=account_ids, domain="", is_team=False, suspended_at=None)
    if people.count() < len(set(account_ids)):
        raise invalid("facilitators", "A facilitator must be a person of this server")
    claim_version(round, None)
    round.facilitators.exclude(account_id__in=account_ids).delete()
    rows = [Facilitator(round=round, account_id=account_id) for account_id in account_ids]
    Facilitator.objects.bulk_create(rows, ignore_conflicts=True)


@transaction.atomic
def delete_draft(round: Round) -> None:
    """Throws away what nobody but its hosts has seen; a series goes on with its next date. Raises Invalid for what was
    published: that is withdrawn instead."""
    pictures = list(StepPicture.objects.filter(step__round=round).values_list("media_id", flat=True))
    if not Round.objects.filter(pk=round.pk, state=State.DRAFT).delete()[0]:
        raise Invalid("Validation failed: What has been published can only be withdrawn")
    set_free(pictures)
    if round.series is not None:
        ensure_next(round.series, after=round.opens_at, base_url=round.base_url)


@transaction.atomic
def duplicate_round(round: Round, creator: Account) -> Round:
    """A draft with the same text, steps, questions and facilitators, without times, answers and debate."""
    copy = Round(**{field: getattr(round, field) for field in COPIED}, created_by=creator)
    copy.title, copy.base_url = f"{round.title} (copy)"[:200], round.base_url
    copy.slug = free_slug(copy.title)
    copy.save(force_insert=True)
    who = [Facilitator(round=copy, account_id=f.account_id) for f in round.facilitators.all()]
    Facilitator.objects.bulk_create(who)
    for step in round.steps.all():
        _copy_step(step, copy)
    return copy


def _copy_step(step: Step, into: Round) -> None:
    fields = ("position", "title", "text", "results", "questions", "announcement", "commit_first")
    copy = Step.objects.create(round=into, **{field: getattr(step, field) for field in fields})
    for picture in step.pictures.select_related("media"):
        media = copy_file(picture.media, held=True)
        same = {field: getattr(picture, field) for field in ("position", "kind", "licence", "credit")}
        StepPicture.objects.create(step=copy, media=media, **same)
    question = Question.objects.filter(step=step).first()
    if question is not None:
        copy_question(question, copy)


def copy_question(question: Question, step: Step) -> None:
    made = Question.objects.create(
        step=step,
        author_id=step.round.host_id,
        text=question.text,
        multiple=question.multiple,
        minutes=question.minutes,
        licence=question.licence,
    )
    options = [
        Option(
            question=made,
            position=o.position,
            title=o.title,
            right=o.right,
            explanation=o.explanation,
            reference=o.reference,
        )
        for o in question.options.all()
    ]
    Option.objects.bulk_create(options)
