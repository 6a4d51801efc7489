"""`python -m whitepaper …`, the same as the script `whitepaper`."""

import sys

# A student's random.py or keras.py in the working directory must hide nobody's; `python -P` leaves it out as well.
if not sys.flags.safe_path:
    del sys.path[0]

from whitepaper.cli.commands import main

main()
