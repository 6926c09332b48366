"""A piece is withdrawn from a site with share images: none is made of it any more, and none is asked for."""

from __future__ import annotations

from harness import Site


def test_a_piece_with_a_share_image_is_withdrawn(site: Site) -> None:
    """The next build looked for the share image that the page had shown, and ended with a traceback."""
    site.configure("archive.share_images = true")
    site.article("business/gift", title="A gift").build()
    assert "og:image" in site.tree()["business/gift/index.html"].decode()
    site.article("business/gift", title="A gift", status="withdrawn").build("--verify")

    assert "og:image" not in site.tree()["business/gift/index.html"].decode()
    assert not [path for path in site.tree() if path.startswith("assets/share/")]
