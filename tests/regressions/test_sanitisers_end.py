"""What cleans HTML goes when nobody needs it: the preview makes one for every save."""

from __future__ import annotations

import gc
import weakref

from sitegen.articles.sanitise import Sanitiser


def test_a_sanitiser_ends() -> None:
    """nh3 held a method of it, in a circle that the collector does not see."""
    sanitiser = Sanitiser(())
    sanitiser.begin(())
    assert sanitiser.clean('<p id="a" style="x">A</p>') == '<p id="a">A</p>'
    is_there = weakref.ref(sanitiser)
    del sanitiser
    gc.collect()

    assert is_there() is None
