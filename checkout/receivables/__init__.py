"""What clients owe: by age, reminders, the interest of the law, the hold of a client."""

#: Journal entries outside the tables of transitions: entry and meaning.
JOURNALLED = {
    "send_reminder": "a reminder of an overdue invoice was given to the outbox",
    "switch_reminders": "reminders are switched off or on, for an invoice or for a client",
    "lift_hold": "the hold of an overdue client is lifted, for a reason and up to a day",
}
