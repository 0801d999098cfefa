"""The orchestrator: graph, state, language models, claims, audit, report and user interfaces."""
