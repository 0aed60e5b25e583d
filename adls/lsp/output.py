"""Where the server's messages go."""

from __future__ import annotations

import io
from typing import Any


class Output(io.BufferedWriter):
    """A stream whose end is no error: what a timer or a cancelled task says after it is said to nobody.

    pygls would tell the client of the error, on the same stream, and of the error in that.
    """

    def write(self, data: Any, /) -> int:
        """As any stream, until it is closed."""
        return memoryview(data).nbytes if self.closed else super().write(data)

    def flush(self) -> None:
        """As any stream, until it is closed."""
        if not self.closed:
            super().flush()
