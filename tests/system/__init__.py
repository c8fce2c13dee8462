"""Helpers of the whole-system tests: real servers on free local ports."""
