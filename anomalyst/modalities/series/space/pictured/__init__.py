"""What normal would have been: expected values and draws."""
