"""Films by the tools: what a film is, where its key frames are, what edits do there, and every frame made of that.

A film is gone through twice. First it is only looked at (``scanning``): where scenes end, where things moved, which
frames are key frames. At these, regions are found and the edits that were decided on are fitted by the same tools as on
a single picture (``fitting``). What was fitted is smoothed over the key frames (``settling``), and the frames are made
in parts from one key frame to the next (``making``), each of which appears whole or not at all.
"""
