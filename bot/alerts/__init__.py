"""SHELL. Alerts: what is wrong is noticed, put into messages, and told to every sink until it took them."""
