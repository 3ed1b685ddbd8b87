"""What the agent can do to a picture: typed tools over the images and masks of a run folder."""
