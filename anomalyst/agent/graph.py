"""The whole analysis on one screen: look, choose, run, look closer, understand, write, verify, repair or
publish.

A question about an input that was analysed before is understood first, and what it needs is measured: the evidence is
still in the state.
"""

from __future__ import annotations

from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph

from anomalyst.agent import nodes
from anomalyst.agent.state import AnalysisState, RunContext

Graph = CompiledStateGraph[AnalysisState, RunContext, AnalysisState, AnalysisState]


def build_graph(checkpointer: BaseCheckpointSaver[str] | None = None) -> Graph:
    """The compiled graph; `checkpointer` keeps conversations between calls."""
    graph = StateGraph(AnalysisState, context_schema=RunContext)
    graph.add_node("look", nodes.look)
    graph.add_node("choose", nodes.choose)
    graph.add_node("look_closer", nodes.look_closer)
    graph.add_node("understand", nodes.understand_question)
    graph.add_node("measure", nodes.measure)
    graph.add_node("write", nodes.write)
    graph.add_node("verify", nodes.verify)
    graph.add_node("repair", nodes.repair)
    graph.add_node("publish", nodes.publish)

    graph.add_conditional_edges(START, nodes.known_already, {True: "understand", False: "look"})
    graph.add_edge("look", "choose")
    graph.add_edge("choose", "look_closer")
    graph.add_edge("look_closer", "understand")
    graph.add_edge("understand", "measure")
    graph.add_edge("measure", "write")
    graph.add_edge("write", "verify")
    graph.add_conditional_edges("verify", nodes.needs_repair, {True: "repair", False: "publish"})
    graph.add_edge("repair", "verify")
    graph.add_edge("publish", END)
    return graph.compile(checkpointer=checkpointer)
