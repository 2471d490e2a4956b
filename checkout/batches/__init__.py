"""Invoices that are issued or sent many at a time, by the worker."""
