"""The second station: articles become one immutable archive that answers questions."""
