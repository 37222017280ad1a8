"""Trying an act so that its refusal can be shown in the form."""

from kontor.ledger.actions.attempts import attempt

__all__ = ["attempt"]
