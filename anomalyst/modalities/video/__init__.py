"""Videos: clips whose frames are reduced, as they are decoded, to cells of motion and appearance."""
