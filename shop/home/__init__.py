"""What the office puts on the home page of the shop, in versions."""

#: Journal entries outside the tables of transitions: entry and meaning.
JOURNALLED = {
    "publish_home": "a new version of the home page: its number, the departments, the products, "
    "the banner"
}
