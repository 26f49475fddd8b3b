"""Settings from the environment, a file, and files of secrets."""

import os

import msgspec
import pytest

from openrounds.config import settings
from openrounds.core.options import Options, load


@pytest.fixture(autouse=True)
def clean(monkeypatch, tmp_path):
    for name in [n for n in os.environ if n.startswith("OPENROUNDS_")] + ["DATABASE_URL"]:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("OPENROUNDS_DATA", str(tmp_path))


def test_nothing_set_gives_a_server_on_loopback(tmp_path):
    options = load()
    assert options.data == tmp_path and options.base_url == "" and options.database_url == ""
    assert options.registrations == "approval"


def test_every_kind_of_value_comes_from_the_environment(monkeypatch):
    for name, text in {
        "DOMAIN": "rounds.example.org",
        "HTTPS": "off",
        "POST_CHARACTERS": "500",
        "LANGUAGES": "en, de,, fr ",
        "RATE_LIMITS": "No",
        "DEBUG": "true",
    }.items():
        monkeypatch.setenv(f"OPENROUNDS_{name}", text)
    monkeypatch.setenv("DATABASE_URL", "postgres://x@y/z")
    options = load()
    assert options.base_url == "http://rounds.example.org"
    assert (options.post_characters, options.languages) == (500, ["en", "de", "fr"])
    assert (options.rate_limits, options.debug) == (False, True)
    assert options.database_url == "postgres://x@y/z"


def test_file_is_read_and_the_environment_wins(monkeypatch, tmp_path):
    (tmp_path / "openrounds.toml").write_text(
        'title = "From the file"\nlanguages = ["de"]\npoll_options = 5\n'
    )
    monkeypatch.setenv("OPENROUNDS_POLL_OPTIONS", "6")
    options = load()
    assert (options.title, options.languages, options.poll_options) == ("From the file", ["de"], 6)


def test_file_may_stand_elsewhere(monkeypatch, tmp_path):
    (tmp_path / "other.toml").write_text('title = "Other"')
    monkeypatch.setenv("OPENROUNDS_CONFIG", str(tmp_path / "other.toml"))
    assert load().title == "Other"


def test_secret_comes_from_a_file_unless_set_outright(monkeypatch, tmp_path):
    (tmp_path / "secret").write_text("from a file\n")
    monkeypatch.setenv("OPENROUNDS_SECRET_KEY_FILE", str(tmp_path / "secret"))
    assert load().secret_key == "from a file"
    monkeypatch.setenv("OPENROUNDS_SECRET_KEY", "outright")
    assert load().secret_key == "outright"


def test_word_that_is_a_switch_elsewhere_stays_text(monkeypatch):
    monkeypatch.setenv("OPENROUNDS_TITLE", "On")
    assert load().title == "On"


def test_unknown_setting_in_the_file_is_named(tmp_path):
    (tmp_path / "openrounds.toml").write_text("titel = 'x'")
    with pytest.raises(msgspec.ValidationError, match="titel"):
        load()


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("POST_CHARACTERS", "many"),
        ("POST_CHARACTERS", "0"),
        ("NODE", "16"),
        ("REGISTRATIONS", "perhaps"),
        ("HTTPS", "maybe"),
        ("POLL_OPTIONS", "9"),
    ],
)
def test_wrong_value_is_refused_and_its_setting_named(monkeypatch, name, text):
    monkeypatch.setenv(f"OPENROUNDS_{name}", text)
    with pytest.raises(msgspec.ValidationError, match=name.lower()):
        load()


def test_file_that_is_named_and_missing_is_refused(monkeypatch, tmp_path):
    monkeypatch.setenv("OPENROUNDS_CONFIG", str(tmp_path / "missing.toml"))
    with pytest.raises(FileNotFoundError):
        load()


def test_every_setting_says_what_it_is():
    for field in msgspec.structs.fields(Options):
        assert any(meta.description for meta in field.type.__metadata__), field.name


def test_what_a_database_url_asks_of_the_connection_is_passed_on():
    made = settings._postgres(
        "postgres://rounds:p%40ss@db.example/rounds?sslmode=verify-full&connect_timeout=5"
    )
    options = made["OPTIONS"]
    assert (options["sslmode"], options["connect_timeout"]) == ("verify-full", "5")
    assert options["prepare_threshold"] == 5
    assert (made["NAME"], made["PASSWORD"], made["PORT"]) == ("rounds", "p@ss", "")


def test_a_database_url_says_whether_statements_are_prepared():
    options = settings._postgres("postgres://rounds@pooler/rounds?prepared_statements=off")["OPTIONS"]
    assert options["prepare_threshold"] is None and "prepared_statements" not in options
    with pytest.raises(ValueError, match="prepared_statements is on or off"):
        settings._postgres("postgres://rounds@pooler/rounds?prepared_statements=some")
