"""SHELL. Polls the newsroom's feeds politely."""
