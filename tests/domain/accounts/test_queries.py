"""What is read about accounts, and with how many queries."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from tests.conftest import follow, make_person

from openrounds.accounts import actions, queries
from openrounds.accounts.access import access_account, access_local
from openrounds.accounts.models import Account, User
from openrounds.accounts.queries import Ground, find
from openrounds.core.clock import now
from openrounds.core.errors import NotFound
from openrounds.core.paging import Paging

pytestmark = pytest.mark.django_db
HERE = {"testserver"}


def search(viewer: Account | None, text: str, **more: Any) -> list[str]:
    ids = queries.search(viewer.pk if viewer else None, text, own_domains=HERE, **({"limit": 40} | more))
    names = {a.pk: a.acct for a in Account.objects.filter(pk__in=ids)}
    return [names[i] for i in ids]


def remote(name: str, domain: str = "evil.test", **more: Any) -> Account:
    return Account.objects.create(username=name, domain=domain, uri=f"https://{domain}/{name}", **more)


def test_relationships_are_one_query_in_the_order_asked_for(
    alice: Account, bob: Account, charlie: Account, django_assert_num_queries: Any
) -> None:
    actions.follow(alice.pk, bob.pk, show_boosts=False, notify=True, languages=["en"])
    actions.follow(bob.pk, alice.pk)
    actions.endorse(alice.pk, bob.pk)
    actions.set_note(alice.pk, bob.pk, "met in Leeds")
    actions.mute(alice.pk, bob.pk, seconds=600)
    Account.objects.filter(pk=charlie.pk).update(locked=True)
    actions.follow(alice.pk, charlie.pk, notify=True)
    with django_assert_num_queries(1):
        to_charlie, to_bob = queries.relationships(alice.pk, [charlie.pk, 1, bob.pk, bob.pk])
    assert (to_charlie.requested, to_charlie.following, to_charlie.notify, to_charlie.show_boosts) == (
        True,
        False,
        True,
        True,
    )
    assert (to_bob.following, to_bob.followed_by, to_bob.show_boosts, to_bob.notify) == (
        True,
        True,
        False,
        True,
    )
    assert (to_bob.languages, to_bob.endorsed, to_bob.note) == (["en"], True, "met in Leeds")
    assert (to_bob.muting, to_bob.muting_notifications) == (True, True)
    assert to_bob.muted_until is not None
    assert to_bob.muted_until > now()


def test_relationships_tell_blocks_requests_and_servers(
    alice: Account, bob: Account, charlie: Account
) -> None:
    far = remote("mallory")
    actions.block(alice.pk, bob.pk)
    actions.block_domain(alice.pk, "evil.test")
    Account.objects.filter(pk=alice.pk).update(locked=True)
    actions.follow(charlie.pk, alice.pk)
    to_bob, to_charlie, to_far = queries.relationships(alice.pk, [bob.pk, charlie.pk, far.pk])
    assert (to_bob.blocking, to_bob.blocked_by) == (True, False)
    assert to_charlie.requested_by
    assert to_far.domain_blocking
    (back,) = queries.relationships(bob.pk, [alice.pk])
    assert (back.blocking, back.blocked_by) == (False, True)


def test_stranger_and_oneself_are_nothing_to_each_other(alice: Account, charlie: Account) -> None:
    for relation in queries.relationships(alice.pk, [charlie.pk, alice.pk]):
        assert not any(
            (relation.following, relation.followed_by, relation.blocking, relation.muting, relation.note)
        )


def test_no_relationships_are_asked_for_none(alice: Account) -> None:
    assert queries.relationships(alice.pk, []) == []


# ------------------------------------------------------------------------------------------------ finding
def test_search_ranks_exact_name_then_names_then_words(alice: Account, bob: Account) -> None:
    for name, shown, followers in (
        ("ann", "A", 0),
        ("anna", "B", 5),
        ("annika", "C", 1),
        ("zoe", "Dr Ann Zoe", 99),
    ):
        Account.objects.create(username=name, display_name=shown, followers_count=followers)
    follow(alice, Account.objects.get(username="annika"))
    assert search(alice, "@Ann") == ["ann", "annika", "anna", "zoe"]
    assert search(alice, "ann", limit=2, offset=1) == ["annika", "anna"]
    assert search(alice, "ann", limit=2, offset=3) == ["zoe"]
    assert search(alice, "ann", following=True) == ["annika"]


def test_search_reads_the_index_alone_while_names_fill_the_page(
    alice: Account, django_assert_num_queries: Any
) -> None:
    for n in range(3):
        Account.objects.create(username=f"haem{n}")
    with django_assert_num_queries(2):
        queries.search(alice.pk, "haem", own_domains=HERE, limit=3)
    with django_assert_num_queries(4):
        queries.search(alice.pk, "haem", own_domains=HERE, limit=4)


@pytest.mark.sqlite_only
def test_search_of_names_uses_the_index(alice: Account) -> None:
    sql = f"SELECT a.id FROM accounts_account a WHERE {find._BY_NAME}"
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN QUERY PLAN " + sql, ["an", "anz", "an%"])
        assert "account_name_start" in str(cursor.fetchall())


def test_search_by_address_finds_people_here_and_elsewhere(alice: Account) -> None:
    remote("ann"), remote("ann", "good.test")
    Account.objects.create(username="ann")
    assert search(alice, "ann@good") == ["ann@good.test"]
    assert search(alice, "@ann@testserver") == ["ann"]


@pytest.mark.parametrize("text", ["", "@", "  ", "%", "_", "!", "a%", "@@", "\U0010ffff" * 200])
def test_search_for_wildcards_and_nothing_finds_nobody(alice: Account, text: str) -> None:
    assert search(alice, text) == []


def test_search_finds_nobody_suspended_pending_or_blocked(
    alice: Account, bob: Account, charlie: Account
) -> None:
    Account.objects.create(username="cecil", suspended_at=now())
    make_person("cedric")
    User.objects.filter(username="cedric").update(approved_at=None)
    actions.block(charlie.pk, alice.pk)
    actions.block(alice.pk, bob.pk)
    assert search(alice, "c") == []
    assert search(alice, "b") == []
    assert search(None, "c") == ["charlie"]


def test_account_is_found_by_its_full_name(alice: Account) -> None:
    far = remote("Ann")
    assert queries.by_acct("ALICE", HERE) == alice
    assert queries.by_acct("@alice@testserver", HERE) == alice
    assert queries.by_acct("ann@evil.test", HERE) == far
    for nobody in ("ann", "alice@evil.test", "", "@", "a b", "x" * 3000):
        with pytest.raises(NotFound):
            queries.by_acct(nobody, HERE)


def test_person_who_waits_for_approval_is_seen_by_himself_alone(alice: Account, bob: Account) -> None:
    User.objects.filter(account=alice).update(approved_at=None)
    for door in (
        lambda: access_account(bob.pk, alice.pk),
        lambda: access_account(None, alice.pk),
        lambda: access_local("alice"),
        lambda: queries.by_acct("alice", HERE),
    ):
        with pytest.raises(NotFound):
            door()
    assert access_account(alice.pk, alice.pk) == alice
    assert queries.present_ids([bob.pk, alice.pk, 1, bob.pk]) == [bob.pk]


def test_local_account_is_had_by_its_name_in_any_capitals(alice: Account) -> None:
    assert access_local("ALICE") == alice
    Account.objects.filter(pk=alice.pk).update(suspended_at=now())
    with pytest.raises(NotFound):
        access_local("alice")
    assert access_account(None, alice.pk).suspended_at


def test_directory_shows_who_wants_to_be_found(alice: Account, bob: Account, charlie: Account) -> None:
    far = remote("far", discoverable=True)
    Account.objects.filter(pk=bob.pk).update(last_post_on="2026-01-01")
    Account.objects.filter(pk=charlie.pk).update(discoverable=False)

    def found(viewer: Account | None, **more: Any) -> list[int]:
        asked = {"order": "active", "local": False, "limit": 40, "offset": 0} | more
        return queries.directory(viewer.pk if viewer else None, **asked)

    assert found(None) == [bob.pk, far.pk, alice.pk]
    assert found(None, order="new", local=True) == [bob.pk, alice.pk]
    assert found(None, limit=1, offset=1) == [far.pk]
    actions.mute(alice.pk, bob.pk)
    actions.block_domain(alice.pk, "evil.test")
    assert found(alice) == [alice.pk]


# ------------------------------------------------------------------------------------------------ suggestions
def suggested(viewer: Account) -> list[tuple[str, Ground, int]]:
    names = dict(Account.objects.values_list("pk", "username"))
    return [(names[s.account_id], s.ground, s.weight) for s in queries.suggestions(viewer.pk, limit=40)]


def test_suggestions_give_the_best_ground_of_each(
    alice: Account, bob: Account, charlie: Account, django_assert_num_queries: Any
) -> None:
    Account.objects.filter(pk=alice.pk).update(specialty="Haematology")
    dora = make_person("dora", specialty="haematology", followers_count=7)
    emil = make_person("emil", specialty="Haematology")
    make_person("fay", followers_count=3)
    make_person("gus")
    for friend in (bob, charlie):
        follow(alice, friend)
        follow(friend, dora)
    with django_assert_num_queries(4):
        queries.suggestions(alice.pk, limit=10)
    assert suggested(alice) == [
        ("dora", Ground.FRIENDS, 2),
        ("emil", Ground.SPECIALTY, 0),
        ("fay", Ground.POPULAR, 3),
    ]
    assert [s.account_id for s in queries.suggestions(alice.pk, limit=1, offset=1)] == [emil.pk]


def test_suggestions_leave_out_whom_one_knows_or_does_not_want(alice: Account, bob: Account) -> None:
    follow(alice, bob)
    spared: list[Callable[[Account], object]] = [
        lambda a: follow(alice, a),
        lambda a: actions.block(alice.pk, a.pk),
        lambda a: actions.block(a.pk, alice.pk),
        lambda a: actions.mute(alice.pk, a.pk),
        lambda a: actions.dismiss_suggestion(alice.pk, a.pk),
        lambda a: Account.objects.filter(pk=a.pk).update(discoverable=False),
        lambda a: Account.objects.filter(pk=a.pk).update(suspended_at=now()),
        lambda a: Account.objects.filter(pk=a.pk).update(limited_at=now()),
        lambda a: Account.objects.filter(pk=a.pk).update(moved_to=bob),
        lambda a: User.objects.filter(account=a).update(approved_at=None),
    ]
    for n, spare in enumerate(spared):
        person = make_person(f"p{n}", followers_count=9)
        follow(bob, person)
        spare(person)
    Account.objects.filter(pk=bob.pk).update(followers_count=1)
    assert suggested(alice) == []


def test_friend_who_hides_whom_he_follows_gives_no_ground(
    alice: Account, bob: Account, charlie: Account
) -> None:
    Account.objects.filter(pk=bob.pk).update(hide_collections=True)
    follow(alice, bob)
    follow(bob, charlie)
    assert suggested(alice) == []


def test_familiar_followers_are_those_one_follows(
    alice: Account, bob: Account, charlie: Account, django_assert_num_queries: Any
) -> None:
    dora = make_person("dora")
    shy = make_person("shy", hide_collections=True)
    for friend in (bob, shy):
        follow(alice, friend)
        follow(friend, dora)
    follow(charlie, dora)
    with django_assert_num_queries(1):
        assert queries.familiar_followers(alice.pk, [dora.pk, bob.pk]) == {dora.pk: [bob.pk], bob.pk: []}
    actions.block(dora.pk, alice.pk)
    assert queries.familiar_followers(alice.pk, [dora.pk]) == {dora.pk: []}


# ------------------------------------------------------------------------------------------------ pages of ties
def test_followers_are_paged_by_the_follow(
    alice: Account, bob: Account, charlie: Account, django_assert_num_queries: Any
) -> None:
    rows = [follow(one, alice) for one in (charlie, bob)]
    with django_assert_num_queries(1):
        page = queries.followers(None, alice, Paging(40))
    assert [(t.tie_id, t.account_id) for t in page] == [(rows[1].pk, bob.pk), (rows[0].pk, charlie.pk)]
    older = queries.followers(None, alice, Paging(1, max_id=rows[1].pk))
    newer = queries.followers(None, alice, Paging(1, min_id=rows[0].pk))
    assert ([t.account_id for t in older], [t.account_id for t in newer]) == ([charlie.pk], [bob.pk])
    assert [t.account_id for t in queries.following(None, bob, Paging(40))] == [alice.pk]


def test_hidden_collections_are_seen_by_their_owner_alone(alice: Account, bob: Account) -> None:
    follow(bob, alice)
    Account.objects.filter(pk=alice.pk).update(hide_collections=True)
    alice.refresh_from_db()
    assert queries.followers(bob.pk, alice, Paging(40)) == queries.followers(None, alice, Paging(40)) == []
    assert [t.account_id for t in queries.followers(alice.pk, alice, Paging(40))] == [bob.pk]


def test_blocked_viewer_sees_no_followers_and_nobody_sees_whom_he_blocks(
    alice: Account, bob: Account, charlie: Account
) -> None:
    follow(bob, alice)
    actions.block(charlie.pk, bob.pk)
    assert queries.followers(charlie.pk, alice, Paging(40)) == []
    actions.block(alice.pk, charlie.pk)
    assert queries.followers(charlie.pk, alice, Paging(40)) == []
    assert len(queries.followers(None, alice, Paging(40))) == 1


def test_followers_of_a_suspended_account_are_nobody(alice: Account, bob: Account) -> None:
    follow(bob, alice)
    Account.objects.filter(pk=alice.pk).update(suspended_at=now())
    alice.refresh_from_db()
    assert queries.followers(None, alice, Paging(40)) == []


@pytest.mark.sqlite_only
def test_suggestions_begin_with_those_of_the_specialty(alice: Account) -> None:
    plans: list[str] = []

    def explain(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if "lower(a.specialty) =" in sql and "EXPLAIN" not in sql:
            with connection.cursor() as cursor:
                cursor.execute(f"EXPLAIN QUERY PLAN {sql}", params)
                plans.extend(row[3] for row in cursor.fetchall())
        return execute(sql, params, many, context)

    Account.objects.filter(pk=alice.pk).update(specialty="Haematology")
    with connection.execute_wrapper(explain):
        queries.suggestions(alice.pk, limit=5)
    assert plans[0].startswith("SEARCH a USING INDEX account_specialty")
