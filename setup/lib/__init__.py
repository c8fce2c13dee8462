"""Everything that `setup/run` and `setup/test` need on a machine."""
