"""统计 (domain page 3.4 and 7): what happened in a period, by group, unit, area, grid, channel, violation and month.

`counts` says what is counted, `dimensions` by what, `measures` what it comes to and what lies behind a number,
`report` puts a period beside the one before and the year before.
"""
