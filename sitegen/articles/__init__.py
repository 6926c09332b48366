"""The first station: bytes of `content/` become articles."""
