"""`python -m whitepaper …`, the same as the script `whitepaper`."""

from whitepaper.cli.commands import main

main()
