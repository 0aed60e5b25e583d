"""Files, lines, offsets, spans; diagnostics as declared data."""
