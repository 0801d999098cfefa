"""What kind of anomaly a stretch of a channel is, and from where to where an anomaly of that kind lasts."""
