"""The benchmark: what the process costs, beside its peer and the database's limit.

Run by `setup/bench`, which prepares the databases; pytest finds no test here.
"""
