"""What leaves the house: reports, slides, workbooks, plan tables."""
