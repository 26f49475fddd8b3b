"""The words of this place, each in two or three plain sentences. `slug` is where a term can be linked: /glossary#hashtag."""

from typing import TYPE_CHECKING, NamedTuple

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


def words_of(slug: str) -> str:
    """What people call it, in the reader's language. Raises KeyError."""
    return str(_BY_SLUG[slug].words)


class Term(NamedTuple):
    """`words` is what people call it."""

    slug: str
    words: "_StrPromise"
    meaning: "_StrPromise"


TERMS = (
    Term(
        "post",
        _("Post (tweet, toot)"),
        _(
            "What you say here: a few sentences, perhaps with pictures, a link or a poll. Everybody to whom you "
            "show it can answer it."
        ),
    ),
    Term(
        "timeline",
        _("Timeline"),
        _(
            "Posts below each other, the newest first. Your home timeline holds what those whom you follow have "
            "said, and nothing else: no advertisements, and nobody sorts it for you."
        ),
    ),
    Term(
        "follow",
        _("Follow"),
        _(
            "Asking for somebody's posts. It is no friendship and obliges nobody to anything; you can stop at any "
            "time, and the other side is not told."
        ),
    ),
    Term(
        "reply",
        _("Reply"),
        _(
            "An answer to a post. All replies together are a thread, which you open by opening any of its posts."
        ),
    ),
    Term(
        "thread",
        _("Thread"),
        _("A post with everything that was answered to it. A debate of a case is usually one thread."),
    ),
    Term(
        "boost",
        _("Boost (retweet)"),
        _(
            "Passing on somebody's post to those who follow you. It does not mean that you agree; many people say "
            "so in their profile."
        ),
    ),
    Term(
        "quote",
        _("Quote (quote tweet)"),
        _(
            "A post of your own with somebody else's below it. Its author decides who may quote it, is told, and can "
            "take it out again."
        ),
    ),
    Term(
        "favourite",
        _("Favourite (like)"),
        _("A friendly nod to the author. It changes nobody's timeline."),
    ),
    Term(
        "bookmark",
        _("Bookmark"),
        _("A post that you keep for later. Nobody else learns of it."),
    ),
    Term(
        "mention",
        _("Mention (@)"),
        _(
            "An @ with somebody's user name in a post. That person is told, as if you had turned to them in a "
            "conversation."
        ),
    ),
    Term(
        "hashtag",
        _("Hashtag (#)"),
        _(
            "A word with a # before it, such as #TeamHaem. It opens the door to a room: whoever looks up the "
            "hashtag sees every public post that carries it, whether you follow each other or not. Forgetting it "
            "is the commonest mistake of newcomers: it is like speaking with the microphone off."
        ),
    ),
    Term(
        "chat",
        _("Chat (tweet chat)"),
        _(
            "A debate at a fixed hour under one hashtag. A host puts questions, usually numbered Q1, Q2 and so "
            "on, and answers begin with A1, A2."
        ),
    ),
    Term(
        "case",
        _("Staged case"),
        _(
            "A case that its author reveals step by step, so that you commit yourself before you see what came "
            "next. Patients in cases are invented or have consented."
        ),
    ),
    Term(
        "journal-club",
        _("Journal club"),
        _("A debate about one paper, announced with a link to it, so that everybody has read the same."),
    ),
    Term(
        "visibility",
        _("Who can see it"),
        _(
            "Public posts can be read by everyone and are found by searching. Unlisted ones can be read by "
            "everyone too, but are kept off the public timelines. Posts for followers reach those who follow you. "
            "Direct ones reach only those whom they mention."
        ),
    ),
    Term(
        "direct",
        _("Direct post"),
        _(
            "A post for those whom it mentions. It is not encrypted: the operators of the servers involved could "
            "read it. Never discuss a recognisable patient in one."
        ),
    ),
    Term(
        "cw",
        _("Content warning (CW)"),
        _(
            "A line that stands before a post and folds the rest away: the answer of a quiz, a photograph of a "
            "wound, a spoiler."
        ),
    ),
    Term(
        "alt-text",
        _("Alt text"),
        _(
            "What a picture shows, in words. Blind colleagues hear it, everybody can search for it, and "
            "describing a film is good practice."
        ),
    ),
    Term(
        "poll",
        _("Poll"),
        _("A question with up to eight answers to choose from and an end. Nobody learns who voted for what."),
    ),
    Term(
        "list",
        _("List"),
        _("A timeline of people whom you choose: your specialty, your hospital, a conference."),
    ),
    Term(
        "filter",
        _("Filter"),
        _("Words, phrases or hashtags that you do not want to read for some time. Nobody is told."),
    ),
    Term(
        "mute",
        _("Mute"),
        _(
            "No longer seeing what somebody posts, for an hour or for good. The other side does not learn of it "
            "and can go on reading you."
        ),
    ),
    Term(
        "block",
        _("Block"),
        _("Neither of you sees or reaches the other any more. Follows both ways end."),
    ),
    Term(
        "report",
        _("Report"),
        _(
            "Asking the moderators to look at a post or an account. The reported person does not learn who did "
            "it."
        ),
    ),
    Term(
        "team",
        _("Team"),
        _(
            "An account that several people can post as: a department, a society, a journal club. Its owners see "
            "who wrote what."
        ),
    ),
    Term(
        "role",
        _("Role"),
        _(
            "What somebody is in medicine: student, nurse, patient and so on. People choose it themselves; it is "
            "not a proof of anything."
        ),
    ),
    Term(
        "server",
        _("Server (instance)"),
        _(
            "The computer that keeps your account and its rules. Many servers talk to each other; an address such "
            "as @name@example.org says on which one somebody lives."
        ),
    ),
    Term(
        "fediverse",
        _("Fediverse"),
        _(
            "All servers that understand each other, Mastodon's and this one among them. It belongs to nobody."
        ),
    ),
    Term(
        "app",
        _("App"),
        _(
            "A program that shows you this place on a phone. Any app for Mastodon works: tell it the name of this "
            "server."
        ),
    ),
    Term(
        "moderator",
        _("Moderator"),
        _("Somebody who keeps the rules of this server. Every decision is written down with its reason."),
    ),
)
_BY_SLUG = {term.slug: term for term in TERMS}
