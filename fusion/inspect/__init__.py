"""What is wrong with a pair: measured on each source and the fused picture, whole and by region.

One file a subject, one function a measure, each a number with a unit. ``kinds`` lists them, ``severity`` turns a number
into 0 (as clean pictures are) to 1 (hardly anything is left), by scales that were fitted on damage of known amounts
(``wordfuse bench inspect``), and ``inspecting`` puts it together.
"""
