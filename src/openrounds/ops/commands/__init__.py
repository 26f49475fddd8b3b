"""The commands; each module has one, called `command`."""
