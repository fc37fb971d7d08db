"""Address blocks that are not what they look like, or say more than they need to."""
