"""What people set."""
