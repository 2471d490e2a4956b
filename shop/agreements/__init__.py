"""Price agreements: the prices that a client has, from a day to a day, once it has signed."""
