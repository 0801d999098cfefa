"""The same over HTTP and MCP."""
