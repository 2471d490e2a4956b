"""Separation of duties: acts that two persons do, and the setting that lets one person do both."""
