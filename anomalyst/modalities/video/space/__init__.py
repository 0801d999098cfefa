"""What methods see of clips: cells in space and time."""
