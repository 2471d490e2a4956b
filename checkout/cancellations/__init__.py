"""Cancellations of orders: requested by buyers, decided by the office; a rest that is closed."""
