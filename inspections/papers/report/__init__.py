"""The year-end report and the circular: what they say, in which words, and as files."""
