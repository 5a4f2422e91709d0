"""`python -m ordskifte`: the same as the `ordskifte` command."""

import sys

from ordskifte.cli import main

sys.exit(main())
