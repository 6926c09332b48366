"""The third station: the archive becomes pages, each a URL and what to ask, rendered to bytes."""
