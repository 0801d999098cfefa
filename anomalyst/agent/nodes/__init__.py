"""The nodes of the graph: each takes the state, does one thing on the workbench or with the model, and tells it."""
