"""People are found by the words of the name that they show, without reading everybody's."""

import pytest
from tests.conftest import follow
from tests.factories.plans import plans_of

from openrounds.accounts import actions, queries
from openrounds.accounts.models import Account, NameStart
from openrounds.accounts.queries import find

pytestmark = pytest.mark.django_db


def search(viewer: Account | None, text: str, limit: int = 5) -> list[str]:
    ids = queries.search(viewer.pk if viewer else None, text, own_domains={"testserver"}, limit=limit)
    names = dict(Account.objects.filter(pk__in=ids).values_list("pk", "username"))
    return [names[i] for i in ids]


@pytest.mark.parametrize("text", ["zoë", "Zoë  Q", "dr z", "QUILL", "quill-s", "Zoë Quill-Stein"])
def test_person_is_found_by_what_any_word_begins(text: str) -> None:
    Account.objects.create(username="nobody", display_name="Dr  Zoë Quill-Stein")
    assert search(None, text) == ["nobody"]


@pytest.mark.parametrize("text", ["oë", "stein", "dr q", "zoë quill-steiner", "%", "zo_"])
def test_person_is_not_found_by_the_middle_of_a_word(text: str) -> None:
    Account.objects.create(username="nobody", display_name="Dr Zoë Quill-Stein")
    assert search(None, text) == []


def test_person_who_takes_another_name_is_found_by_that_alone(alice: Account) -> None:
    actions.edit_profile(alice.pk, {"display_name": "Dr Quill"})
    actions.edit_profile(alice.pk, {"display_name": "Professor Stein", "note": "New chair."})
    assert (search(None, "quill"), search(None, "stein")) == ([], ["alice"])
    alice.refresh_from_db()
    alice.display_name = "A. Lindt"
    alice.save()
    assert (search(None, "stein"), search(None, "lindt")) == ([], ["alice"])
    Account.objects.filter(pk=alice.pk).delete()
    assert not NameStart.objects.exists()


def test_no_search_reads_all_names(alice: Account) -> None:
    Account.objects.create(username="nobody", display_name="Dr Zoë Quill")
    plan = plans_of(lambda: queries.search(alice.pk, "quill", own_domains=set(), limit=5))
    whole = ("SCAN a", "SCAN accounts_", "Seq Scan on accounts_account", "Seq Scan on accounts_namestart")
    assert [line for line in plan if line.strip().startswith(whole)] == []


@pytest.mark.parametrize("shown", [False, True], ids=["in names", "in words"])
def test_of_what_very_many_begin_with_those_known_are_found(alice: Account, shown: bool) -> None:
    names = [f"{'x' if shown else 'same'}{number:04d}" for number in range(find.CANDIDATES + 60)]
    made = [Account(username=n, display_name="Dr Same" if shown else "", followers_count=1) for n in names]
    Account.objects.bulk_create(made)
    for account in made:
        account.keep_name()
    liked, popular = made[-1], made[-2]
    follow(alice, liked)
    Account.objects.filter(pk=popular.pk).update(followers_count=900)
    assert search(alice, "same", limit=2) == [liked.username, popular.username]
    assert search(None, "same", limit=1) == [popular.username]


def test_no_more_than_some_are_ranked_however_many_match(alice: Account) -> None:
    names = [f"same{number:04d}" for number in range(3 * find.CANDIDATES)]
    Account.objects.bulk_create(Account(username=name) for name in names)
    found = find._candidates(alice.pk, find._NAMES, ["same", "same" + "z" * 30, "same%"])
    assert find.CANDIDATES <= len(found) <= 2 * find.CANDIDATES
