"""Films: two streams of pictures, one infrared and one visible, matched in time and carried from frame to frame.

* ``reader`` and ``writer`` (with ``mp4``): films and folders of frames in, films with their sound out.
* ``pace``: which infrared frame belongs to which visible one, by their times.
* ``pairs``: what is settled once for a film (scale, palette, size, registration), and the pair of any frame.
* ``flow`` and ``cuts``: where things moved from one frame to the next, and where a scene ends.
* ``carry`` and ``steady``: what was found at key frames at the frames between them, without a jump.
* ``fusing``: the default look without flicker.
"""
