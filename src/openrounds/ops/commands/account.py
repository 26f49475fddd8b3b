"""`openrounds account …`."""

from pathlib import Path

import click

from openrounds.ops.boot import PoliteGroup, data_option, work

ROLES = "student clinician nurse pharmacist scientist educator patient researcher librarian organisation other".split()
NO_TEAM = "An account of a person needs --email. (A team does not: --team --owner NAME.)"


@click.group("account", cls=PoliteGroup)
def command() -> None:
    """Make and look after accounts. Works while the server runs."""


@command.command()
@click.argument("name")
@click.option("--email", default="", help="The address the person signs in with.")
@click.option("--password", default="", help="At least 8 characters; asked for when left out on a terminal.")
@click.option("--role", type=click.Choice(ROLES), default=None, help="What the person is in medicine.")
@click.option("--specialty", default="", help="For example: haematology.")
@click.option(
    "--team", is_flag=True, help="A team account: nobody signs in as a team, its members post as it."
)
@click.option("--owner", "owners", multiple=True, help="A person who owns the team; give two.")
@data_option
def create(
    *,
    name: str,
    email: str,
    password: str,
    role: str | None,
    specialty: str,
    team: bool,
    owners: tuple[str, ...],
    data: Path,
) -> None:
    """Make the account NAME, confirmed and approved at once.

    Nobody signs in as a team: with --team an address and a password are not used.
    """
    if team:
        work(data, "people").create_team(name, owners, role or "")
        click.echo(f"Made the team @{name}.")
        if len(owners) < 2:
            click.echo(f"It should have two owners: openrounds team add {name} PERSON --owner", err=True)
        return
    if not email:
        raise click.UsageError(NO_TEAM)
    password = password or click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
    work(data, "people").create_person(name, email, password, role or "", specialty)
    click.echo(f"Made @{name}.")


@command.command()
@click.argument("name")
@data_option
def approve(name: str, data: Path) -> None:
    """Let NAME in, who has signed up."""
    done = work(data, "people").approve(name)
    click.echo(f"@{name} may sign in now." if done else f"@{name} was approved already.")


@command.command()
@data_option
def pending(data: Path) -> None:
    """List who waits for approval."""
    for user in work(data, "people").pending():
        confirmed = "" if user.confirmed_at else ", address not confirmed"
        click.echo(
            f"@{user.username} <{user.email}> since {user.created_at:%Y-%m-%d}{confirmed}: {user.sign_up_reason}"
        )


@command.command()
@click.argument("name")
@click.option("--reason", default="", help="Kept in the audit trail.")
@data_option
def disable(name: str, reason: str, data: Path) -> None:
    """End all access of NAME at once: sessions, tokens and streams."""
    work(data, "people").disable(name, reason)
    click.echo(f"@{name} is signed out everywhere and cannot sign in.")


@command.command()
@click.argument("name")
@data_option
def enable(name: str, data: Path) -> None:
    """Let NAME sign in again."""
    work(data, "people").enable(name)
    click.echo(f"@{name} may sign in again.")


@command.command("set-rank")
@click.argument("name")
@click.argument("rank", type=click.Choice(["member", "moderator", "admin"]))
@data_option
def set_rank(name: str, rank: str, data: Path) -> None:
    """Make NAME a member, moderator or admin."""
    work(data, "people").set_rank(name, rank)
    click.echo(f"@{name} is {'an' if rank == 'admin' else 'a'} {rank} now.")


@command.command("reset-password")
@click.argument("name")
@click.option("--password", prompt=True, hide_input=True, confirmation_prompt=True, help="The new password.")
@data_option
def reset_password(name: str, password: str, data: Path) -> None:
    """Give NAME a new password, and sign him out everywhere."""
    work(data, "people").reset_password(name, password)
    click.echo(f"@{name} has a new password.")
