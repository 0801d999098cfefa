"""What a stranger brings to Anomalyst."""
