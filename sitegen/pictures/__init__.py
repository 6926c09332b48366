"""Pictures made of pictures and of words, with Pillow, which need not be installed."""
