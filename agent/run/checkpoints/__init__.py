"""The checkpoints of a run: how LangGraph's are kept small (`changes`), and what is wrong with a file (`damage`)."""

from wordfuse.agent.run.checkpoints.saver import Checkpoints as Checkpoints
