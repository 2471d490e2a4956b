"""The translations of the interface: English in the source, French in
`fr/LC_MESSAGES/messages.po`.
"""
