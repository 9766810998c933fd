"""Who is on duty on a day, as SQL; as a query set it is `GridPost.objects.on_duty(day)`."""

from boundaries.models import GridPost

ANSWERING = ", ".join(f"'{role}'" for role in GridPost.ANSWERING)
# Of a post `p`: it is held on %(day)s, and its holder is not on leave.
ON_DUTY = """p.valid_from <= %(day)s AND (p.valid_to IS NULL OR p.valid_to >= %(day)s) AND NOT EXISTS (
    SELECT FROM boundaries_postleave away WHERE away.post_id = p.id
    AND away.first_day <= %(day)s AND (away.last_day IS NULL OR away.last_day >= %(day)s))"""
