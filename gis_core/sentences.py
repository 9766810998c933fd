"""Sentences of Django and of the REST framework whose Chinese is wrong.

Named here they stand in our catalogue, and ours is asked before theirs.
"""

from django.utils.translation import gettext_noop

OVERRULED = (gettext_noop("Null characters are not allowed."),)
