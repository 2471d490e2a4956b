"""Settings of the office: values in force from a day on, with their history."""

#: Journal entries outside the tables of transitions: entry and meaning.
JOURNALLED = {
    "change_settings": "settings of the shop are changed: the part, the day of effect, each value "
    "before and after",
}
