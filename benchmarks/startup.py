"""How long a person waits: `python benchmarks/startup.py [runs]` prints the median wall seconds of each command."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time

COMMANDS = {
    "list": ["list"],
    "hint": ["hint", "5"],
    "exercise 2 (NumPy)": ["run", "2", "--solution"],
    "exercise 5, smoke": ["run", "5", "--solution", "--preset", "smoke", "--data", "stand-in"],
    "check of exercise 3": ["check", "3"],
}


def seconds(arguments: list[str]) -> float:
    """Wall seconds of one command in a process of its own."""
    started = time.perf_counter()
    subprocess.run([sys.executable, "-m", "whitepaper", *arguments], capture_output=True, check=False)
    return time.perf_counter() - started


def main() -> None:
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    for name, arguments in COMMANDS.items():
        seconds(arguments)  # once to warm the file cache
        times = [seconds(arguments) for _ in range(runs)]
        print(f"{name:22} median {statistics.median(times):6.2f} s   ({min(times):.2f} – {max(times):.2f})")


if __name__ == "__main__":
    main()
