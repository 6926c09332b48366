"""The live preview: pages are rendered when a browser asks for them, and it is told when they have changed."""
