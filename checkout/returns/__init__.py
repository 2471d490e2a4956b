"""Returns of delivered goods: asked for, accepted, received, then credited or replaced."""
