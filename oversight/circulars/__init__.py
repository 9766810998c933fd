"""通报表扬 and 通报批评 (S35, S52), and who loses the year's awards by them (S36, A13)."""
