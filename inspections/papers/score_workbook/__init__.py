"""The evaluation as a workbook that computes itself: its sheets, and the cells they are made of."""
