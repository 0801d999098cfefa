"""The whole analysis on one screen: look at the input; decide, act and read what it gave, until enough is known; write,
verify, repair or publish.

A question is understood first, and what it needs is found out in the same loop. One about an input that was analysed
before begins there: the evidence is still in the state.
"""

from __future__ import annotations

from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph

from anomalyst.agent.nodes import investigate, write
from anomalyst.agent.state import AnalysisState, RunContext

Graph = CompiledStateGraph[AnalysisState, RunContext, AnalysisState, AnalysisState]


def build_graph(checkpointer: BaseCheckpointSaver[str] | None = None) -> Graph:
    """The compiled graph; `checkpointer` keeps conversations between calls."""
    graph = StateGraph(AnalysisState, context_schema=RunContext)
    graph.add_node("look", investigate.look)
    graph.add_node("decide", investigate.decide)
    graph.add_node("act", investigate.act)
    graph.add_node("understand", write.understand_question)
    graph.add_node("write", write.write)
    graph.add_node("verify", write.verify)
    graph.add_node("repair", write.repair)
    graph.add_node("publish", write.publish)

    graph.add_conditional_edges(START, investigate.known_already, {True: "understand", False: "look"})
    graph.add_edge("look", "decide")
    graph.add_conditional_edges("decide", investigate.what_follows, ["act", "understand", "write"])
    graph.add_edge("act", "decide")
    graph.add_edge("understand", "decide")
    graph.add_edge("write", "verify")
    graph.add_conditional_edges("verify", write.needs_repair, {True: "repair", False: "publish"})
    graph.add_edge("repair", "verify")
    graph.add_edge("publish", END)
    return graph.compile(checkpointer=checkpointer)
