"""What Jono costs in time, points and memory, measured on real orders."""
