"""The ground: everything that `setup/run` and `setup/test` need on a machine."""
