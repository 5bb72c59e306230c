"""Generators: the contract, the list of them, and one file or folder for each kind."""
