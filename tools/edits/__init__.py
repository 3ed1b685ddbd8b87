"""The tools that make a picture from another, inside a mask; ``editing`` is what they share."""
