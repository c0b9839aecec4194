"""What became of a request: heard on the lifecycle topic, shown to whoever holds the receipt."""
