"""Runs over films: the agent decides at key frames, and what it decided is done to every frame.

``session`` is a run in its folder, ``work`` its stages in order, ``deciding`` what of the agent's runs on key frames
holds for the film, ``record`` what it leaves in ``run.json``, ``page`` the same for people.
"""
