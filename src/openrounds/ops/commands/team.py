"""`openrounds team …`."""

from pathlib import Path

import click

from openrounds.ops.boot import PoliteGroup, data_option, work


@click.group("team", cls=PoliteGroup)
def command() -> None:
    """Say who posts as a team. Make one with: openrounds account create NAME --team --owner PERSON."""


@command.command()
@click.argument("team")
@click.argument("name")
@click.option("--owner", is_flag=True, help="Who also chooses the members. A team should have two.")
@data_option
def add(team: str, name: str, owner: bool, data: Path) -> None:
    """Let NAME post as TEAM."""
    work(data, "people").add_member(team, name, owner=owner)
    click.echo(f"@{name} may post as @{team}{' and owns it' if owner else ''}.")


@command.command()
@click.argument("team")
@click.argument("name")
@data_option
def remove(team: str, name: str, data: Path) -> None:
    """Take that right from NAME, with every token that used it."""
    work(data, "people").drop_member(team, name)
    click.echo(f"@{name} can no longer post as @{team}.")


@command.command("list")
@click.argument("team")
@data_option
def list_members(team: str, data: Path) -> None:
    """List who may post as TEAM."""
    for membership in work(data, "people").members(team):
        click.echo(f"{membership.right}\t@{membership.member.username}")
