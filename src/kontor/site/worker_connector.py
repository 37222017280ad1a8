"""The worker's way to its queue: jobs come over connections of its own, but what a task defers goes with the task's transaction.

Without this a task's follow-up (the mail it posted, the reading of a file it stored) could be done, and be done with,
before the task has committed what it is about.
"""

from procrastinate.connector import BaseConnector
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.contrib.django.utils import connector_params
from procrastinate.psycopg_connector import PsycopgConnector


class WorkerConnector(PsycopgConnector):
    """Fetches and ends jobs as the library does; defers them over Django's connection of the thread."""

    def __init__(self) -> None:
        super().__init__(kwargs=connector_params())
        self._of_tasks = DjangoConnector()

    def get_sync_connector(self) -> BaseConnector:
        """Return what tasks defer over: they are plain functions, the worker itself is not."""
        return self._of_tasks
