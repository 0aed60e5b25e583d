"""Programs that are only measured: the two of them isolate one cost each, where a sample mixes many."""
