"""What everybody may report without an account (信访投诉, S37): off unless a region is opened by the settings.

`sending` takes a report down by the one intake of cases, `limits` counts against abuse, `place` makes a point of a
text, `standing` says in public words how far it is.
"""
