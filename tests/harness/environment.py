"""The first thing a test session loads: it names the test database before the settings are read."""

from hypothesis import settings

from tests.harness.cluster import prepare_environment

prepare_environment()

settings.register_profile("kontor", deadline=None, print_blob=True)
settings.load_profile("kontor")
