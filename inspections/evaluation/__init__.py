"""How a year went: indicators, scores, grades and what is missing to the next one."""
