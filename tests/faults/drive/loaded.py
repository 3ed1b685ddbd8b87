"""What every command needs, loaded once for all that are forked."""

import langchain_openai  # noqa: F401
import langgraph.checkpoint.sqlite  # noqa: F401

import wordfuse.agent.batch.engines.local
import wordfuse.agent.graph
import wordfuse.agent.model.served.connect
import wordfuse.agent.report.page
import wordfuse.agent.run.conversation
import wordfuse.cli.app
import wordfuse.fusion.regions
import wordfuse.tools.registry  # noqa: F401
