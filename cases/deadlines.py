"""The first date a clue runs against.

The clue check has 15 working days (住房和城乡建设行政处罚程序规定, 待法制科确认). Working days are Monday to Friday
here: holidays and make-up days come with the table of deadline rules.
"""

from datetime import datetime, timedelta

from cases.workflow import Status

CLUE_CHECK_WORKING_DAYS = 15
SATURDAY = 5


# While a case is in one of these its clue is yet to be checked.
TO_BE_CHECKED = (Status.REPORTED, Status.TRIAGED)


def clue_check_due(reported_at: datetime) -> datetime:
    """End of the last of the 15 working days after the day of the report, in the report's own time zone."""
    day, left = reported_at, CLUE_CHECK_WORKING_DAYS
    while left:
        day += timedelta(days=1)
        left -= day.weekday() < SATURDAY
    return day.replace(hour=23, minute=59, second=59, microsecond=0)
