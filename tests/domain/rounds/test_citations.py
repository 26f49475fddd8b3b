"""References are looked up once they are added, at registries that play on loopback."""

import io
import json
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any
from zipfile import ZipFile

import msgspec
import pytest
from django.test import Client
from tests.hostile_peer import HostilePeer, answer, redirect

from openrounds.core.clock import ago
from openrounds.jobs.models import Job
from openrounds.posts.actions import Author, delete_post
from openrounds.rounds import actions, citation_jobs
from openrounds.rounds import cited as papers
from openrounds.rounds.models import Citing, Contribution, Lookup, Paper, Reference, Round

CSL_TYPE = "application/vnd.citationstyles.csl+json"
PAPER = {
    "title": "Twitter as a tool",
    "author": [{"family": "Cutts", "given": "Brian"}],
    "container-title": "BMJ",
    "volume": "352",
    "page": "i1327",
    "issued": {"date-parts": [[2016]]},
}
SUMMARY = {
    "title": "Twitter as a tool.",
    "authors": [{"name": "Cutts B"}],
    "source": "BMJ",
    "fulljournalname": "BMJ",
    "pubdate": "2016 Mar",
    "volume": "352",
    "pages": "i1327",
    "pubtype": ["Journal Article"],
}
CITATION = "Cutts B. Twitter as a tool. BMJ. 2016;352:i1327."


def csl(paper: Any) -> Any:
    return answer(json.dumps(paper).encode(), content_type=CSL_TYPE)


def summaries(found: Any, pmid: str = "26976790") -> Any:
    body = json.dumps({"result": {"uids": [pmid], pmid: found}}).encode()
    return answer(body, content_type="application/json; charset=UTF-8")


def pubmed(pmid: str) -> str:
    return f"/esummary?db=pubmed&retmode=json&tool=openrounds&id={pmid}"


@pytest.fixture
def peer() -> Iterator[HostilePeer]:
    scripts = {
        "/doi/10.1136/bmj.i1327": redirect("/works/1"),
        "/works/1": csl(PAPER),
        "/doi/10.1/(sici)%3C1%3E": csl(PAPER),
        "/doi/10.1234/gone": answer(status=404),
        "/doi/10.1234/retracted": csl(PAPER | {"updated-by": [{"type": "retraction"}]}),
        "/doi/10.1234/page": answer(b"<title>A publisher</title>"),
        "/doi/10.1234/broken": answer(b"{", content_type=CSL_TYPE),
        "/doi/10.1234/deep": answer(b"[" * 10**5, content_type=CSL_TYPE),
        "/doi/10.1234/down": answer(status=503),
        "/doi/10.1234/inside": redirect("http://169.254.169.254/latest/meta-data"),
        pubmed("26976790"): summaries(SUMMARY),
        pubmed("99999999"): summaries({"error": "cannot get document summary"}, "99999999"),
        pubmed("88888888"): answer(b'{"error":"API rate limit exceeded"}', content_type="application/json"),
        "/page": answer(
            b"<title>How TeamHaem works</title><meta property='og:site_name' content='TeamHaem'>"
        ),
        "/missing": answer(status=410),
        "/file.pdf": answer(b"%PDF", content_type="application/pdf"),
    }
    with HostilePeer(scripts) as playing:
        yield playing


@pytest.fixture(autouse=True)
def registries(peer: HostilePeer, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    here = f"127.0.0.1:{peer.port}"
    settings.OPENROUNDS = msgspec.structs.replace(settings.OPENROUNDS, private_hosts=[here])
    monkeypatch.setattr(citation_jobs, "DOI_RESOLVER", f"http://{here}/doi/")
    monkeypatch.setattr(citation_jobs, "PUBMED_SUMMARY", f"http://{here}/esummary")


@pytest.fixture
def cited(make_case: Callable[..., Round], run_jobs: Callable[[], int]) -> Callable[..., Reference]:
    """`cited("doi", "10.1136/…")`: a reference of a case, looked up."""
    case = make_case()

    def add(kind: str, value: str, **more: Any) -> Reference:
        reference = actions.add_reference(case, kind, value, **more)
        run_jobs()
        reference.refresh_from_db()
        return reference

    return add


def test_doi_becomes_a_citation(cited: Callable[..., Reference]) -> None:
    found = cited("doi", "10.1136/bmj.i1327")
    assert (found.state, found.citation) == (Lookup.RESOLVED, CITATION)
    assert (found.title, found.authors, found.container, found.year) == (
        "Twitter as a tool",
        "Cutts B",
        "BMJ",
        2016,
    )
    assert found.checked_at is not None
    assert not found.retracted


def test_pmid_becomes_a_citation(cited: Callable[..., Reference]) -> None:
    found = cited("pmid", "26976790")
    assert (found.state, found.citation) == (Lookup.RESOLVED, CITATION)


def test_odd_signs_of_a_doi_reach_the_registry_as_they_are(cited: Callable[..., Reference]) -> None:
    assert cited("doi", "10.1/(sici)<1>").state == Lookup.RESOLVED


def test_page_becomes_a_citation_and_keeps_the_name_that_the_hosts_gave_it(
    cited: Callable[..., Reference], peer: HostilePeer
) -> None:
    url = f"http://127.0.0.1:{peer.port}/page"
    found = cited("url", url, title="Read this first")
    assert (found.title, found.citation) == ("Read this first", "How TeamHaem works. TeamHaem.")
    assert (found.state, found.url) == (Lookup.RESOLVED, url)


@pytest.mark.parametrize(("kind", "value"), [("doi", "10.1234/gone"), ("pmid", "99999999")])
def test_paper_that_nobody_knows_is_not_found(kind: str, value: str, cited: Callable[..., Reference]) -> None:
    found = cited(kind, value)
    assert (found.state, found.citation) == (Lookup.NOT_FOUND, "")


def test_page_that_is_gone_is_not_found(cited: Callable[..., Reference], peer: HostilePeer) -> None:
    assert cited("url", f"http://127.0.0.1:{peer.port}/missing").state == Lookup.NOT_FOUND


def test_retraction_is_told(cited: Callable[..., Reference]) -> None:
    assert cited("doi", "10.1234/retracted").retracted


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("doi", "10.1234/page"),
        ("doi", "10.1234/broken"),
        ("doi", "10.1234/deep"),
        ("doi", "10.1234/down"),
        ("doi", "10.1234/inside"),
        ("pmid", "88888888"),
        ("url", "http://169.254.169.254/latest/meta-data"),
        ("url", "http://[::1]:22/"),
        ("url", "https://nowhere.invalid/"),
    ],
)
def test_reference_that_nobody_answers_for_stays_a_plain_link(
    kind: str, value: str, cited: Callable[..., Reference]
) -> None:
    found = cited(kind, value)
    assert (found.state, found.citation, found.title) == (Lookup.OFFLINE, "", "")
    assert not Job.objects.exists()


def test_operator_who_wants_no_look_ups_has_none(
    cited: Callable[..., Reference], settings: Any, peer: HostilePeer
) -> None:
    settings.OPENROUNDS = msgspec.structs.replace(settings.OPENROUNDS, look_up_references=False)
    found = cited("doi", "10.1136/bmj.i1327")
    assert (found.state, found.checked_at) == (Lookup.OFFLINE, None)
    citation_jobs.look_again(citation_jobs.Tick())
    assert not Job.objects.exists()
    assert peer.connections == 0


def test_reference_is_looked_up_once_the_operator_wants_it(
    cited: Callable[..., Reference], settings: Any, run_jobs: Callable[[], int]
) -> None:
    wanted = settings.OPENROUNDS
    settings.OPENROUNDS = msgspec.structs.replace(wanted, look_up_references=False)
    reference = cited("doi", "10.1136/bmj.i1327")
    settings.OPENROUNDS = wanted
    citation_jobs.look_again(citation_jobs.Tick())
    run_jobs()
    reference.refresh_from_db()
    assert reference.state == Lookup.RESOLVED


def test_retraction_after_a_month_is_told_and_silence_forgets_nothing(
    cited: Callable[..., Reference], peer: HostilePeer, run_jobs: Callable[[], int]
) -> None:
    reference = cited("doi", "10.1136/bmj.i1327")
    for script in (answer(status=503), csl(PAPER | {"title": "RETRACTED: Twitter as a tool"})):
        peer.scripts["/works/1"] = script
        Reference.objects.update(checked_at=ago(days=31))
        Paper.objects.update(checked_at=ago(days=31))
        citation_jobs.look_again(citation_jobs.Tick())
        run_jobs()
        reference.refresh_from_db()
        assert reference.state == Lookup.RESOLVED
    assert reference.retracted


def test_reference_is_not_asked_for_again_the_same_day(cited: Callable[..., Reference]) -> None:
    cited("doi", "10.1136/bmj.i1327")
    cited("doi", "10.1234/down")
    citation_jobs.look_again(citation_jobs.Tick())
    assert not Job.objects.exists()


SPELLINGS = (
    "10.1136/bmj.i1327",
    "doi:10.1136/BMJ.I1327",
    "https://doi.org/10.1136/bmj.i1327",
    "http://dx.doi.org/10.1136/bmj.i1327.",
    "https://www.bmj.com/doi/full/10.1136/bmj.i1327",
)


def say(who: Any, round: Round, text: str) -> Contribution:
    return Contribution.objects.get(post=actions.speak(Author(who), who.pk, round, text))


def shown(round: Round) -> str:
    return " ".join(Client().get(f"/rounds/{round.slug}").content.decode().split())


def test_five_spellings_and_a_reference_are_one_paper_that_is_asked_for_once(
    running: Round, bob: Any, peer: HostilePeer, run_jobs: Callable[[], int]
) -> None:
    for spelling in SPELLINGS:
        say(bob, running, f"See {spelling} for that")
    actions.add_reference(running, "doi", "10.1136/bmj.i1327")
    run_jobs()
    paper = Paper.objects.get()
    assert (paper.state, paper.citings.count()) == (Lookup.RESOLVED, len(SPELLINGS))
    assert Reference.objects.get().citation == CITATION
    assert peer.connections == 2  # the resolver, and where it leads


def test_title_journal_and_year_stand_beneath_a_contribution_and_stay_in_the_archive(
    running: Round, bob: Any, run_jobs: Callable[[], int], anonymous: Any
) -> None:
    said = say(bob, running, "PMID: 26976790 and https://doi.org/10.1234/gone")
    assert "not looked up yet" not in shown(running)
    run_jobs()
    page = shown(running)
    assert "<b>Twitter as a tool</b> BMJ, 2016" in page
    assert "not found when it was looked up" in page
    told = anonymous.get(f"/api/openrounds/v1/rounds/{running.pk}/posts").json()[0]["papers"]
    assert [(paper["kind"], paper["state"], paper["title"], paper["year"]) for paper in told] == [
        ("pmid", "resolved", "Twitter as a tool", 2016),
        ("doi", "not_found", "", None),
    ]
    actions.mark(said, "key_point")
    actions.close_round(running, without_summary=True)
    for path in ("archive", "print", "replay/1?talk=1"):
        assert b"<b>Twitter as a tool</b>" in Client().get(f"/rounds/{running.slug}/{path}").content, path
    with closing(Client().get(f"/rounds/{running.slug}.zip")) as answer:
        saved = ZipFile(io.BytesIO(b"".join(answer.streaming_content)))
    assert b"<b>Twitter as a tool</b>" in saved.read("index.html")
    assert json.loads(saved.read("round.json"))["contributions"][-1]["papers"][0]["container"] == "BMJ"


def test_retracted_paper_is_told_beneath_a_contribution(
    running: Round, bob: Any, run_jobs: Callable[[], int]
) -> None:
    say(bob, running, "10.1234/retracted says so")
    run_jobs()
    assert "Retracted</b>" in shown(running)


def test_without_look_ups_it_stays_a_plain_link_that_says_so(
    running: Round, bob: Any, run_jobs: Callable[[], int], settings: Any, peer: HostilePeer
) -> None:
    settings.OPENROUNDS = msgspec.structs.replace(settings.OPENROUNDS, look_up_references=False)
    say(bob, running, "10.1136/bmj.i1327")
    run_jobs()
    assert "not looked up yet" in shown(running)
    assert 'href="https://doi.org/10.1136/bmj.i1327"' in shown(running)
    assert peer.connections == 0


def test_registry_that_does_not_answer_is_asked_again_another_day(
    running: Round, bob: Any, run_jobs: Callable[[], int], peer: HostilePeer
) -> None:
    for _ in range(3):
        say(bob, running, "10.1234/down")
        run_jobs()
    assert (Paper.objects.get().state, peer.connections) == (Lookup.OFFLINE, 1)
    Paper.objects.update(checked_at=ago(days=2))
    peer.scripts["/doi/10.1234/down"] = csl(PAPER)
    citation_jobs.look_again(citation_jobs.Tick())
    run_jobs()
    assert Paper.objects.get().state == Lookup.RESOLVED


def test_edit_and_deletion_take_papers_out(
    running: Round, bob: Any, run_jobs: Callable[[], int], client_of: Callable[..., Any]
) -> None:
    said = say(bob, running, "10.1136/bmj.i1327")
    run_jobs()
    post = said.post
    client_of(bob).put(f"/api/v1/statuses/{post.pk}", {"status": "PMID 26976790 #HaemRounds"})
    run_jobs()
    assert [citing.paper.kind for citing in Citing.objects.all()] == ["pmid"]
    delete_post(bob.pk, post.pk)
    run_jobs()
    assert not Citing.objects.exists()


def test_papers_of_a_post_and_of_a_round_are_bounded(
    running: Round, bob: Any, run_jobs: Callable[[], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(papers, "MOST_PER_POST", 2)
    monkeypatch.setattr(papers, "MOST_PER_ROUND", 3)
    many = say(bob, running, " ".join(f"10.1234/paper{n}" for n in range(4)))
    more = say(bob, running, "10.1234/paper7 and 10.1234/paper8")
    run_jobs()
    for row, cites in ((many, 2), (more, 1)):
        row.refresh_from_db()
        assert row.cites == cites == row.citings.count()


def test_words_without_papers_make_no_job(running: Round, bob: Any) -> None:
    Job.objects.all().delete()
    say(bob, running, "I saw 10 of those in 1996 https://example.org/page")
    assert not Job.objects.filter(handler__contains="note_papers").exists()
