"""Films beside the same films frame by frame: flicker, quality, speed, regions."""
