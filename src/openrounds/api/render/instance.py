"""The server about itself, as Mastodon's Instance and its relatives."""

from importlib.metadata import version as version_of
from urllib.parse import urlsplit

import msgspec

from openrounds.accounts import rules as profile
from openrounds.accounts.registration import registrations
from openrounds.api.addresses import tag_url
from openrounds.api.entities import instance as e
from openrounds.core.options import options
from openrounds.core.text import render_html
from openrounds.media.actions import limits_in_force
from openrounds.media.rules import MediaKind
from openrounds.moderation.models import Rule
from openrounds.moderation.queries import Numbers, Week, house_text
from openrounds.posts import rules as posts
from openrounds.posts.actions.marks import MOST_PINS
from openrounds.push import vapid

OUR_VERSION = version_of("openrounds")
# The part before the + is Mastodon's version whose features clients may expect; they compare it as a semantic version.
VERSION = f"4.3.0+openrounds-{OUR_VERSION}"
API_VERSION = 2
CHARACTERS_PER_URL = 23
MOST_FEATURED_TAGS = 10
THUMBNAIL = "/static/openrounds/thumbnail.png"
THUMBNAIL_BLURHASH = "L76SKX-oRPNIt7jYaybI00S5tRnh"
THUMBNAIL_DESCRIPTION = "The name OpenRounds beside a circle of people around one point"


def domain_of(base: str) -> str:
    """The bare name (with a port where there is one)."""
    return options().domain or urlsplit(base).netloc


def streaming_url(base: str) -> str:
    """Scheme and host of the streams, without a path: a port of their own, or the public name whose proxy leads there."""
    if options().domain or not options().streaming_port:
        return "ws" + base.removeprefix("http")
    host = urlsplit(base).netloc
    name = host if host.endswith("]") else host.rpartition(":")[0] or host
    return f"ws://{name}:{options().streaming_port}"


def streaming_origin(host: str) -> str:
    """Where pages under that name open streams, for their Content-Security-Policy; "" where nothing serves any."""
    if not options().domain and not options().streaming_port:
        return ""
    return streaming_url(options().base_url or f"http://{host}")


def html(base: str, text: str) -> str:
    return render_html(text, mentions={}, tag_url=lambda name: tag_url(base, name)) if text else ""


def render_rules(rows: list[Rule]) -> list[e.Rule]:
    return [e.Rule(id=str(row.pk), text=row.text, hint=row.hint, translations={}) for row in rows]


def _accounts() -> e.AccountLimits:
    return e.AccountLimits(
        max_featured_tags=MOST_FEATURED_TAGS,
        max_pinned_statuses=MOST_PINS,
        max_profile_fields=profile.FIELDS_LIMIT,
        profile_field_name_limit=profile.FIELD_LIMIT,
        profile_field_value_limit=profile.FIELD_LIMIT,
        max_display_name_length=profile.DISPLAY_NAME_LIMIT,
        max_note_length=profile.NOTE_LIMIT,
    )


def _statuses() -> e.StatusLimits:
    return e.StatusLimits(
        max_characters=options().post_characters,
        max_media_attachments=options().max_attachments,
        characters_reserved_per_url=CHARACTERS_PER_URL,
    )


def _media() -> e.MediaAttachmentLimits:
    limits = limits_in_force()
    return e.MediaAttachmentLimits(
        supported_mime_types=[kind.value for kind in MediaKind],
        description_limit=options().alt_text_characters,
        image_size_limit=limits.image_bytes,
        image_matrix_limit=limits.image_pixels,
        video_size_limit=limits.av_bytes,
        video_frame_rate_limit=limits.video_frame_rate,
        video_matrix_limit=limits.video_pixels,
    )


def _polls() -> e.PollLimits:
    return e.PollLimits(
        max_options=options().poll_options,
        max_characters_per_option=posts.OPTION_CHARACTERS,
        min_expiration=int(posts.SHORTEST_POLL.total_seconds()),
        max_expiration=int(posts.LONGEST_POLL.total_seconds()),
    )


def _configuration(base: str) -> e.ConfigurationV2:
    return e.ConfigurationV2(
        accounts=_accounts(),
        statuses=_statuses(),
        media_attachments=_media(),
        polls=_polls(),
        urls=e.InstanceUrls(
            streaming=streaming_url(base),
            about=f"{base}/about",
            privacy_policy=f"{base}/privacy-policy",
            terms_of_service=f"{base}/terms-of-service" if house_text("terms") else None,
        ),
        vapid=e.Vapid(public_key=vapid.public_key()),
        translation=e.Translation(enabled=False),
        timelines_access=e.TimelinesAccess(),
        limited_federation=False,
    )


def _registrations(base: str) -> e.Registrations:
    kind = registrations()
    return e.Registrations(
        enabled=kind in ("open", "approval"),
        approval_required=kind == "approval",
        reason_required=kind == "approval",
        message="<p>You need an invitation to sign up here.</p>" if kind == "invite" else None,
        min_age=None,
        url=f"{base}/auth/sign_up",
    )


def render_instance(
    base: str, known: Numbers, rules: list[Rule], contact: msgspec.Raw | None
) -> dict[str, object]:
    """`contact` is the operators' Account as JSON; otherwise the shape of `Instance`."""
    picture = base + THUMBNAIL
    return {
        "domain": domain_of(base),
        "title": options().title,
        "version": VERSION,
        "source_url": f"{base}/about",
        "description": options().description,
        "usage": e.Usage(e.ActiveUsers(known.seen_in_month)),
        "thumbnail": e.Thumbnail(picture, THUMBNAIL_BLURHASH, {"@1x": picture}, THUMBNAIL_DESCRIPTION),
        "icon": [],
        "languages": options().languages,
        "configuration": _configuration(base),
        "registrations": _registrations(base),
        "api_versions": e.ApiVersions(API_VERSION),
        "contact": {"email": options().contact_email, "account": contact},
        "rules": render_rules(rules),
    }


def render_instance_v1(
    base: str, known: Numbers, rules: list[Rule], contact: msgspec.Raw | None
) -> dict[str, object]:
    """`contact` is the operators' Account as JSON; otherwise the shape of `InstanceV1`."""
    kind = registrations()
    return {
        "uri": domain_of(base),
        "title": options().title,
        "short_description": options().description,
        "description": html(base, options().description),
        "email": options().contact_email,
        "version": VERSION,
        "urls": e.UrlsV1(streaming_url(base)),
        "stats": e.Stats(known.people, known.posts, known.domains),
        "thumbnail": base + THUMBNAIL,
        "languages": options().languages,
        "registrations": kind in ("open", "approval"),
        "approval_required": kind == "approval",
        "invites_enabled": kind != "closed",
        "configuration": e.Configuration(_accounts(), _statuses(), _media(), _polls()),
        "contact_account": contact,
        "rules": render_rules(rules),
    }


def render_week(week: Week) -> e.Activity:
    return e.Activity(str(int(week.start.timestamp())), str(week.posts), str(week.people), str(week.sign_ups))


def render_nodeinfo(known: Numbers) -> e.NodeInfo:
    return e.NodeInfo(
        version="2.0",
        software=e.NodeInfoSoftware("openrounds", OUR_VERSION),
        protocols=[],
        services=e.NodeInfoServices([], []),
        openRegistrations=registrations() in ("open", "approval"),
        usage=e.NodeInfoUsage(
            e.NodeInfoUsers(known.people, known.seen_in_half_year, known.seen_in_month), known.posts
        ),
        metadata={"nodeName": options().title, "nodeDescription": options().description},
    )
