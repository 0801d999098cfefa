"""What of a picture is abnormal: its regions, their outlines, their kinds."""
