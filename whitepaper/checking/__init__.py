"""Checks: evidence is gathered beside the student's code, verdicts are given away from it."""

from whitepaper.checking.verdict import Wrong, check

__all__ = ["Wrong", "check"]
