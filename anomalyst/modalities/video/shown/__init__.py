"""What is said and shown of clips."""
