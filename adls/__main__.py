"""`python -m adls` is the command line."""

import sys

from adls.cli.main import main

sys.exit(main())
