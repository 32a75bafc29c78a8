"""Slides of a meeting: what they say, where it stands, and two ways to show them."""
