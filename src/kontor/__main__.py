"""`python -m kontor`: what the bootstrap calls."""

import sys

from kontor.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
