"""The page: chat, audit, detectors and the machine, in a browser; the same over HTTP and MCP."""
