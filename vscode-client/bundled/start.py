"""Start the language server with the libraries that lie beside this file, and no others."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "libs"))

from adls.lsp.server import main

main()
