"""What the files of verbs share."""

import argparse

# argparse keeps the class of what `add_subparsers` returns to itself.
type Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001
