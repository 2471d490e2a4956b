"""The interface's sentences: English in the source, French in `fr/LC_MESSAGES/messages.po`."""
