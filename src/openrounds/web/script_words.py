"""What the pages' scripts say. They read it out of the page (`assets/words.ts`), so it is translated like all else."""

from functools import lru_cache

from django.utils.dates import MONTHS_3
from django.utils.html import format_html, format_html_join
from django.utils.translation import get_language, gettext, gettext_noop

# Names are of one word in small letters, as attributes of HTML are; `{n}` and such are filled in by the script.
WORDS = {
    "thisyear": gettext_noop("{day} {month}, {time}"),
    "appointed": gettext_noop("{day} {month} {year}, {time}"),
    "longago": gettext_noop("{day} {month} {year}"),
    "left": gettext_noop("{n} left"),
    "uploading": gettext_noop("Uploading {name}"),
    "toomany": gettext_noop("At most {n} files fit into a post."),
    "failed": gettext_noop("The file could not be taken."),
    "offers": gettext_noop("Completions"),
    "fresh": gettext_noop("1 new post"),
    "freshes": gettext_noop("{n} new posts"),
    "unread": gettext_noop("unread"),
    "out": gettext_noop("Your post is out."),
    "roomchanged": gettext_noop("Something has changed in this room: show it"),
    "roomstage": gettext_noop("The next part is here"),
    "roomtalk": gettext_noop("There are new contributions: show them"),
    "show": gettext_noop("Show it"),
    "zoom": gettext_noop("Zoom"),
    "close": gettext_noop("Close"),
    "keyboard": gettext_noop("Keyboard"),
    "keymove": gettext_noop("next, previous post"),
    "keyreply": gettext_noop("reply"),
    "keyboost": gettext_noop("boost"),
    "keyfavourite": gettext_noop("favourite"),
    "keybookmark": gettext_noop("bookmark"),
    "keyopen": gettext_noop("open the thread"),
    "keywrite": gettext_noop("write a post"),
    "keysearch": gettext_noop("search"),
    "keygo": gettext_noop("go home, to this server, explore, news, search"),
    "keylist": gettext_noop("this list"),
    "keyoff": gettext_noop("Switch these keys off"),
    "notdone": gettext_noop("That was not possible."),
    "nokey": gettext_noop("Nothing was done: the key did not confirm it. Try again, or choose another way."),
    "unreached": gettext_noop("Not done: the server cannot be reached."),
    "saving": gettext_noop("Saving …"),
    "saved": gettext_noop("Saved."),
    "unsaved": gettext_noop("Not saved: the server cannot be reached."),
}


def words() -> str:
    """The template that holds them, in the reader's language."""
    return _written(get_language())


@lru_cache
def _written(_language: str | None) -> str:
    given = {name: gettext(text) for name, text in WORDS.items()}
    given["months"] = " ".join(str(MONTHS_3[number]).capitalize() for number in range(1, 13))
    said = format_html_join("", ' data-{}="{}"', given.items())
    return format_html('<template id="words"{}></template>', said)
