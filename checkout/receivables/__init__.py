"""What clients owe, by age."""
