"""The default look of a fused picture: the visible picture, and of the infrared one what the visible one lacks.

Networks that are trained for fusion metrics aim at the brighter source, which by day bleaches people, cars and roads
that the visible picture shows well. This look asks at every pixel what the visible picture lacks there, and adds that::

    Y = Y_vi + need * (shown infrared - base of Y_vi), colour difference of the visible picture kept

* ``surroundings`` measures on a coarse grid how light it is around a pixel, how much either source tells and how warm
  it is there, and finds the tone in which infrared is shown on this pair.
* ``evidence`` makes of that, pixel by pixel, how much infrared is needed and what luma it asks for.
* ``stretch`` sets a dull infrared picture right, so that all of it is judged beside its own range and noise.
* ``shade`` tells what is around in a shade by day, which a sunlit wall beside it does not.
* ``unseen`` finds where the infrared camera saw nothing, and so tells nothing.
* ``dazzle`` finds lamps that blind the camera by night: their light is dimmed, and infrared drawn into it.
* ``hidden`` tells where the things are that infrared alone shows.
* ``blend`` composes the picture in strips, in bounded memory.
* ``share`` moves a fused picture of any kind between its two sources: the knob ``--infrared``.

There is nothing trained in it. Its numbers were chosen by looking at pairs of ``train/``, by day and by night.
"""
