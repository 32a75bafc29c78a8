"""Figures: frames in, Plotly figures out. Direct labels, thin lines, no legend where a label can stand."""
