"""What applicants ask of the router with their receipt in hand: recorded here, published to its topic."""
