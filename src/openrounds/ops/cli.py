"""The command line, `openrounds`.

Each command stands in a module of `commands` that is imported when it is asked for, so that help is quick; Django is
set up by the command itself (`boot`), once it is known which data directory is meant.
"""

from importlib import import_module
from keyword import iskeyword

import click

COMMANDS = {
    "serve": "Run the server.",
    "demo": "Run a lifelike demo.",
    "account": "Make and look after accounts.",
    "team": "Say who posts as a team.",
    "invite": "Let somebody in without approval.",
    "token": "Make tokens for scripts.",
    "import": "Bring what was elsewhere, or take it back.",
    "vocabulary": "Load the words of medicine that are offered while somebody types.",
    "doctor": "Say what is wrong here, and what to do.",
    "backup": "Write everything into one archive.",
    "restore": "Put a backup in place.",
    "jobs": "Look after what is done in the background.",
    "docs": "Print what is generated for the manual.",
    "manage": "Run one of Django's own commands.",
    "dev": "For those who develop and measure OpenRounds.",
    "worker": "Run queued work on a machine of its own.",
}
HIDDEN = {"worker"}


class Commands(click.Group):
    """Imports a command's module when it is called; lists all without importing any."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return [name for name in COMMANDS if name not in HIDDEN]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        module = f"{cmd_name}_" if iskeyword(cmd_name) else cmd_name
        command: click.Command = import_module(f"openrounds.ops.commands.{module}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, COMMANDS[name]) for name in self.list_commands(ctx)])


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="openrounds")
def main() -> None:
    """OpenRounds: a microblog with the lecture theatre built in.

    To look around: openrounds demo. To run your own: openrounds serve --data DIR, then make the first account with
    openrounds account create. Every command explains itself with --help.
    """
