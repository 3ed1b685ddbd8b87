"""Pictures and sentences as unit vectors in one space: ``embedded``, ours, and ``clip``, for who has its weights."""
