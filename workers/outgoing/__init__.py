"""What goes out to others: signed messages to hooks, and mail."""
