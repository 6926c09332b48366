"""Pictures for tests, made when they are asked for: they stand for photographs, which no formula is as large as."""

from __future__ import annotations

import io
from random import Random
from typing import Any

from PIL import Image

__all__ = ["encoded", "photograph"]


def photograph(width: int, height: int, mode: str = "RGB") -> Image.Image:
    """Return a picture with some detail everywhere, always the same, red at the left end and blue at the right."""
    ramp = Image.linear_gradient("L").rotate(90).resize((width, height))
    grain = Random(7).randbytes((width // 3 + 1) * (height // 3 + 1))  # noqa: S311 - it is no secret
    waves = Image.frombytes("L", (width // 3 + 1, height // 3 + 1), grain).resize((width, height))
    return Image.merge("RGB", (ramp.point(lambda it: 255 - it), waves, ramp)).convert(mode)


def encoded(image: Image.Image, form: str = "JPEG", **options: Any) -> bytes:
    """Return the bytes of a picture in a format."""
    written = io.BytesIO()
    image.save(written, form, **({"quality": 97, "subsampling": 0} if form == "JPEG" else {}) | options)
    return written.getvalue()
