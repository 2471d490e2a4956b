"""Reports: what becomes of quotes, how long each step takes, what is sold and what stays on the
shelf. Each is a handful of tables of figures, summed in the database.
"""
