"""Questions: asked by anybody, kept with the dossier that they name, answered by e-mail."""
