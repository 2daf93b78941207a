"""Measurements, side by side in one run. Never timed tests: they print, and nobody fails."""
