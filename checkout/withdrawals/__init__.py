"""Withdrawals of consumers from card orders: stated online, acknowledged, refunded."""
