"""What a profile is: recordings, the figures made of them, trees, exporters. Standard library only."""
