"""Pages of the engine's own findings: they have no check, the engine raises them itself."""
