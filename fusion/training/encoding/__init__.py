"""Train the embedded encoder: facts about pictures, captions that state them, pictures to tell them of."""
