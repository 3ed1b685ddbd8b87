"""What the camera gives as colour and is none: blotches, and the tints of the dark."""
