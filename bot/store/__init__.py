"""SHELL. All SQL: one file per conversation the engine has with its database."""
