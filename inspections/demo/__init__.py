"""Synthetic databases: a county around the two real notices, a city and a province made in SQL.

Everything in them that is not from the notices is invented, and says so: names begin with 演示·, codes carry the region
999999, the setting `synthetic` is `true`.
"""
