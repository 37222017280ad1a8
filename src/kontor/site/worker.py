"""The worker: does the jobs of the queue in the same database."""

import asyncio
import os
import signal

import django

_GRACE_SECONDS = 2.0
_END_SECONDS_MAX = 3.5  # a worker whose database has gone would otherwise wait for it


def work(*, concurrency: int) -> None:
    """Do jobs until SIGTERM or Ctrl-C; a running job gets a moment to finish, its rescue comes at the next start.

    Mails, the reading of receipts and the rescue have places of their own, so that they never wait behind long work.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kontor.site.settings")
    django.setup()
    asyncio.run(_work(concurrency))


async def _work(concurrency: int) -> None:
    from procrastinate.contrib.django import app

    from kontor.core.jobs import DEFAULT_QUEUE, MAIL_QUEUE, READING_QUEUE, RESCUE_QUEUE
    from kontor.site.worker_connector import WorkerConnector

    with app.replace_connector(WorkerConnector()):
        async with app.open_async():
            places = [
                asyncio.create_task(
                    app.run_worker_async(
                        queues=[queue],
                        name=queue,
                        concurrency=places_open,
                        shutdown_graceful_timeout=_GRACE_SECONDS,
                        install_signal_handlers=False,
                        delete_jobs="never",
                    )
                )
                for queue, places_open in (
                    (DEFAULT_QUEUE, concurrency),
                    (MAIL_QUEUE, 1),
                    (READING_QUEUE, 1),
                    (RESCUE_QUEUE, 1),
                )
            ]
            loop = asyncio.get_running_loop()
            for signum in (signal.SIGTERM, signal.SIGINT):
                loop.add_signal_handler(signum, _end, loop, places)
            await _until_all_have_ended(places)


def _end(loop: asyncio.AbstractEventLoop, places: list[asyncio.Task[None]]) -> None:
    """Let every place finish; what is not done in time is left to the rescue, as after a crash."""
    _cancel_all(places)
    loop.call_later(_END_SECONDS_MAX, os._exit, 1)


def _cancel_all(places: list[asyncio.Task[None]]) -> None:
    for place in places:
        place.cancel()


async def _until_all_have_ended(places: list[asyncio.Task[None]]) -> None:
    """Wait for the places; when one of them fails, the others end too and its fault is raised."""
    ended, running = await asyncio.wait(places, return_when=asyncio.FIRST_COMPLETED)
    _cancel_all(list(running))
    results = await asyncio.gather(*ended, *running, return_exceptions=True)
    for result in results:
        if isinstance(result, Exception):
            raise result
