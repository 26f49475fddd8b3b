"""Quotes on pages: a card of the quoted post, or a sentence that says why there is none; and quoting where it is allowed."""

from collections.abc import Callable

import pytest
from django.test import Client
from tests.factories.signing_in import browser_of, make_member
from tests.web.test_posting import send

from openrounds.accounts.models import Account, QuotePolicy, Visibility
from openrounds.posts import actions
from openrounds.posts.models import Post, QuoteState

pytestmark = pytest.mark.django_db
PostAs = Callable[..., Post]


def quoted_pair(post_as: PostAs) -> tuple[Post, Post]:
    """ann's post, which everybody may quote, and ben's quote of it."""
    ann, ben = make_member("ann"), make_member("ben")
    post = post_as(ann, "Target cells", quote_policy=QuotePolicy.PUBLIC)
    return post, post_as(ben, "Look here", quote_of_id=post.pk)


def page_of(reader: str, post: Post) -> str:
    return browser_of(reader).get(f"/@{post.account.username}/{post.pk}").content.decode()


def test_quoted_post_is_a_card_that_leads_to_it(post_as: PostAs) -> None:
    post, quoting = quoted_pair(post_as)
    page = page_of("ben", quoting)
    card = page[page.index('<blockquote class="quoted"') : page.index("</blockquote>")]
    assert "Target cells" in card and f"/@ann/{post.pk}" in card


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (QuoteState.PENDING, "once its author agrees"),
        (QuoteState.REJECTED, "did not agree"),
        (QuoteState.REVOKED, "has taken the quoted post out"),
    ],
    ids=str,
)
def test_quote_without_consent_shows_a_sentence_instead(
    post_as: PostAs, state: QuoteState, said: str
) -> None:
    _, quoting = quoted_pair(post_as)
    Post.objects.filter(pk=quoting.pk).update(quote_state=state)
    page = page_of("ben", quoting)
    assert said in page and "Target cells" not in page


def test_quoted_post_that_is_gone_or_hidden_is_not_shown(post_as: PostAs) -> None:
    post, quoting = quoted_pair(post_as)
    make_member("cal")
    Post.objects.filter(pk=post.pk).update(visibility=Visibility.FOLLOWERS)
    assert "not for you to see" in page_of("cal", quoting)
    actions.delete_post(post.account_id, post.pk)
    assert "was deleted" in page_of("cal", quoting)


def test_quote_is_offered_and_made_where_the_author_allows_it(post_as: PostAs) -> None:
    ann, _ = make_member("ann"), make_member("ben")
    free = post_as(ann, "Quote me", quote_policy=QuotePolicy.PUBLIC)
    kept = post_as(ann, "Do not", quote_policy=QuotePolicy.NOBODY)
    browser = browser_of("ben")
    assert f"/posts/{free.pk}/quote" in page_of("ben", free)
    assert f"/posts/{kept.pk}/quote" not in page_of("ben", kept)
    assert browser.get(f"/posts/{kept.pk}/quote").status_code == 403
    form = browser.get(f"/posts/{free.pk}/quote").content.decode()
    assert "Quote me" in form and f'name="quote_of" value="{free.pk}"' in form
    send(browser, text="Well said", quote_of=free.pk)
    assert Post.objects.latest("id").quote_of == free
    again = send(browser, text="Not so", quote_of=kept.pk)
    assert again.status_code == 422 and "does not allow you to quote it" in again.content.decode()


def test_author_takes_his_post_out_of_a_quote_and_nobody_else_does(post_as: PostAs) -> None:
    _, quoting = quoted_pair(post_as)
    make_member("cal")
    assert "Take my post out" in page_of("ann", quoting)
    assert "Take my post out" not in page_of("cal", quoting)
    path = f"/posts/{quoting.pk}/act"
    assert send(browser_of("cal"), path, do="unquote").status_code in (403, 404)
    assert send(browser_of("ann"), path, do="unquote").status_code == 302
    assert "has taken the quoted post out" in page_of("cal", quoting)


def test_unquoting_what_quotes_nothing_is_refused(alice: Account, post_as: PostAs) -> None:
    make_member("ann")
    post = post_as(alice, "Plain")
    assert send(browser_of("ann"), f"/posts/{post.pk}/act", do="unquote").status_code == 404


def test_what_quotes_a_post_stands_on_a_page_for_everybody_who_may_see_it(post_as: PostAs) -> None:
    post, quoting = quoted_pair(post_as)
    make_member("cal")
    dora = make_member("dora")
    hidden = post_as(dora, "For my followers", quote_of_id=post.pk, visibility=Visibility.FOLLOWERS)
    path = f"/posts/{post.pk}/quotes"
    assert path in page_of("cal", post)
    assert path not in page_of("cal", quoting)
    for browser in (Client(), browser_of("cal")):
        page = browser.get(path).content.decode()
        assert "Look here" in page and f"/@ann/{post.pk}" in page
        assert hidden.text not in page
    assert hidden.text in browser_of("dora").get(path).content.decode()


def test_quotes_without_consent_are_not_listed(post_as: PostAs) -> None:
    post, quoting = quoted_pair(post_as)
    Post.objects.filter(pk=quoting.pk).update(quote_state=QuoteState.REVOKED)
    page = Client().get(f"/posts/{post.pk}/quotes").content.decode()
    assert "Nobody has quoted it" in page and "Look here" not in page


def test_quotes_of_a_post_that_is_not_for_the_reader_are_not_found(post_as: PostAs) -> None:
    post, _ = quoted_pair(post_as)
    Post.objects.filter(pk=post.pk).update(visibility=Visibility.FOLLOWERS)
    assert Client().get(f"/posts/{post.pk}/quotes").status_code == 404
    assert Client().get(f"/posts/{2**70}/quotes").status_code == 404
