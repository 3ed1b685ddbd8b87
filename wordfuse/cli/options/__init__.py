"""The options of all commands, spelled once; nothing but the commands imports them.

``build`` makes those that are settings from the fields of :class:`~wordfuse.agent.settings.Settings`, and ``groups``
says which of them go together; the other files hold what is no setting. A command names an option as the type of a
parameter (``out: o.OutFile``) and a group as the type of another (``chosen: g.EditSettings``); ``taking`` lets Typer
see them.
"""
