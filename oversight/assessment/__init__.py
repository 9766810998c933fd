"""年终考核 (S35, S52): what a year comes to for each unit and group, worked out from events and circulars."""
