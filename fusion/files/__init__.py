"""Files of cameras: decoders, scales, palettes, registration, and which two make a pair."""
