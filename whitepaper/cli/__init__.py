"""The command line."""

from whitepaper.cli.commands import main

__all__ = ["main"]
