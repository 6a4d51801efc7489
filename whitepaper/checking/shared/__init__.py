"""Checks that several lessons share."""
