"""Our code keeps the house rules, and each rule catches what it is for."""

import ast

import pytest
from tests.architecture.house_rules import FOREIGN, RULES, TRUSTING_TEMPLATE
from tests.architecture.tree import ROOT, SOURCE, python_files, syntax, tracked

BREACHES = {
    "no table access in views": ["posts = Post.objects.filter(id=1)", "Post._default_manager.all()"],
    "no SQL in views": [
        'sql = f"SELECT id FROM posts WHERE name = {name}"',
        'sql = "DELETE FROM posts WHERE id = %s"',
    ],
    "trusted HTML is made in core.html alone": [
        "from django.utils.safestring import mark_safe",
        "html = safestring.mark_safe(text)",
        "html = SafeString(text)",
    ],
    "one clock": [
        "datetime.now(UTC)",
        "datetime.datetime.utcnow()",
        "timezone.now()",
        "created = models.DateTimeField(default=timezone.now)",
    ],
    "one dialler": [
        "import urllib.request",
        "from urllib import request",
        "from http.client import HTTPConnection",
    ],
    "forms are protected": ["@csrf_exempt\ndef view(request): ...", "view = decorators.csrf_exempt(view)"],
}
INNOCENT = """
from urllib.parse import urlsplit
from openrounds.core import clock
made = clock.now()
spent = time.monotonic()
slot = int(time.time() // 60)
title = "Select a round from the list"
html = format_html("<b>{}</b>", name)
post = access_post(viewer, post_id)
"""


@pytest.mark.parametrize("name", RULES)
def test_our_code_keeps_the_rule(name: str) -> None:
    rule = RULES[name]
    found = [
        f"{relative}:{line}"
        for path in python_files(SOURCE)
        if rule.covers(relative := path.relative_to(SOURCE).as_posix())
        for line in rule.breaks(syntax(path))
    ]
    assert not found, name


@pytest.mark.parametrize(
    ("name", "code"), [(name, code) for name, codes in BREACHES.items() for code in codes]
)
def test_the_rule_catches_a_breach(name: str, code: str) -> None:
    assert list(RULES[name].breaks(ast.parse(code)))


@pytest.mark.parametrize("name", RULES)
def test_the_rule_leaves_innocent_code_alone(name: str) -> None:
    assert not list(RULES[name].breaks(ast.parse(INNOCENT)))


def test_every_rule_has_a_breach_to_catch() -> None:
    assert BREACHES.keys() == RULES.keys()


def test_no_exception_outlives_its_file() -> None:
    excepted = {name for rule in RULES.values() for name in rule.except_in}
    assert [name for name in excepted if not list(SOURCE.glob(name.rstrip("/") + "*"))] == []


def test_no_template_switches_escaping_off() -> None:
    templates = [
        path for path in tracked() if path.suffix in {".html", ".txt", ".xml"} and path.parts[0] == "src"
    ]
    assert [str(path) for path in templates if TRUSTING_TEMPLATE.search((ROOT / path).read_text())] == []


@pytest.mark.parametrize("text", ["{{ post.html|safe }}", "{% autoescape off %}", "{{ x | safe }}"])
def test_template_that_switches_escaping_off_is_noticed(text: str) -> None:
    assert TRUSTING_TEMPLATE.search(text)


def test_no_file_names_a_registry_or_somebodys_machine() -> None:
    ourselves = {"test_house_rules.py", "house_rules.py"}  # they quote what they look for
    found = []
    for path in tracked():
        if path.name in ourselves:
            continue
        try:
            text = (ROOT / path).read_text()
        except UnicodeDecodeError:  # images and other binaries
            continue
        found += [f"{path}: {match.group()}" for match in FOREIGN.finditer(text)]
    assert not found


@pytest.mark.parametrize(
    "text",
    [
        "--index-url https://packages.example",
        '"resolved": "https://packages.example/left-pad.tgz"',
        "registry=https://packages.example",
        "see " + "/".join(["", "home", "someone", "notes.md"]),
        "cd " + "/".join(["", "root", "project"]),
    ],
)
def test_registry_or_machine_path_is_noticed(text: str) -> None:
    assert FOREIGN.search(text)


@pytest.mark.parametrize(
    "text", ["/api/v1/timelines/home/x", "GET /home", "src/work/x", "https://host/home/y"]
)
def test_ordinary_path_is_left_alone(text: str) -> None:
    assert not FOREIGN.search(text)
