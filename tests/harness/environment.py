"""The first thing a test session loads: it names the test database before the settings are read."""

from django.contrib.auth.hashers import Argon2PasswordHasher
from hypothesis import settings

from tests.harness.cluster import prepare_environment

prepare_environment()

# The same hashing as in service, but not made slow on purpose: a test waits for nobody who guesses.
Argon2PasswordHasher.time_cost, Argon2PasswordHasher.memory_cost, Argon2PasswordHasher.parallelism = 1, 64, 1

settings.register_profile("kontor", deadline=None, print_blob=True)
settings.load_profile("kontor")
