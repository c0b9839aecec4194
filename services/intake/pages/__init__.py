"""What applicants see: plain HTML that works without JavaScript."""
