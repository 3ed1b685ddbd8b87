"""Pictures for people to look at: overlays, strips, sheets, thumbnails."""
