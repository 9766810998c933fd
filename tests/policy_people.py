"""Who there is, and whose things each sees, written down from the domain page alone: nothing of the product is
imported. `policy_table` says what each may do with them."""

ROLES = (
    "leader", "dispatcher", "platform_officer", "grid_coordinator", "group_convener", "lead_unit",
    "inspector", "grid_member", "supervision_officer", "publicity_officer", "assessor", "legal_officer", "administrator",
)  # fmt: skip
SOMEBODY = ("no role", "no region", "other region", "superuser")
ACTORS = ("anonymous", *ROLES, *SOMEBODY)

SIGNED_IN = frozenset(ACTORS) - {"anonymous"}
STAFF = SIGNED_IN - {"no role"}
REPORTERS = STAFF - {"publicity_officer", "assessor", "legal_officer"}
EXPORTERS = STAFF - {"grid_member"}
# The legal and technical review of what a device recorded: the legal section's own.
REVIEWERS = frozenset({"legal_officer"})
# Issued documents hold the parties' data in full: whoever only reports does not read them.
READERS = STAFF - {"grid_member"}
HANDERS = frozenset({"dispatcher", "platform_officer", "grid_coordinator", "no region", "other region"})
# Decide against the automatic assignment: the office, its platform, and who administers the system.
OFFICE = frozenset({"dispatcher", "platform_officer", "administrator", "superuser", "no region", "other region"})
# Where nobody looks, and who is posted: not for those who only report, publish or judge papers.
WATCHERS = STAFF - {"grid_member", "publicity_officer", "legal_officer"}
# 长效办 keeps the grid and its people (notice 二.2, 四.3), and who administers the system.
KEEPERS = frozenset({"grid_coordinator", "administrator", "superuser"})
# 长效办 sums up what embedded staff found, for the joint office (notice 四.3); the leader asks.
SUMMERS = frozenset({"grid_coordinator", "dispatcher", "leader", "no region", "other region"})
# Who goes on patrol: the grid's people, units and their conveners; the grid office judges what is doubted.
# Who stands on sites or sends people there (screens page 8, phone); and who decides on what they recorded too late.
FIELD = frozenset(
    {
        "inspector", "lead_unit", "group_convener", "supervision_officer", "grid_member", "grid_coordinator", "dispatcher",
        "platform_officer", "no region", "other region",
    }
)  # fmt: skip
SETTLERS = OFFICE | {"lead_unit", "group_convener"}
PATROLLERS = frozenset({"grid_member", "inspector", "lead_unit", "group_convener", "grid_coordinator"})
JUDGES = frozenset({"grid_coordinator"})
# Who sends whom where: the grid office, the joint office and the conveners of the groups (notice 二.2, 四.3).
PLANNERS = frozenset({"grid_coordinator", "dispatcher", "group_convener", "no region", "other region"})
# 执法台账: the joint office keeps and freezes it (notice 五.9); whoever works on cases or counts them reads it.
LEDGER_READERS = STAFF - {"grid_coordinator", "grid_member"}
LEDGER_KEEPERS = frozenset({"dispatcher", "administrator", "superuser", "no region", "other region"})
# 建管科 keeps records of bad conduct (S26, S28, S50); who handles, decides, reviews or counts reads what is in force.
CONDUCT_KEEPERS = frozenset({"supervision_officer", "administrator", "superuser"})
CONDUCT_READERS = CONDUCT_KEEPERS | {"leader", "dispatcher", "legal_officer", "assessor", "no region", "other region"}
# 宣传科 writes the exposure column (S53), a leader approves.
COLUMNISTS = frozenset({"publicity_officer"})
COLUMN_DESK = COLUMNISTS | {"leader"}
# 督查科 proposes circulars (S35, S52), a leader decides, the joint office reads; a unit reads what it was delivered.
CIRCULAR_READERS = STAFF - {"grid_member"}
CIRCULAR_OFFICE = frozenset(
    {"leader", "assessor", "dispatcher", "administrator", "superuser", "no region", "other region"}
)
CIRCULAR_KEEPERS = frozenset({"assessor", "administrator", "superuser"})
EVERYBODY = frozenset(ACTORS)
# "no region" and "other region" are dispatchers; the first works nowhere, the second in another city.
WITHOUT_REGION = "no region"

OWN_GROUP, OTHER_GROUP, OWN_REPORT, OTHER_REGION = "own group", "other group", "own report", "other region"
OWNERS = (OWN_GROUP, OTHER_GROUP, OWN_REPORT, OTHER_REGION)
HERE = frozenset({OWN_GROUP, OTHER_GROUP, OWN_REPORT})
IN_GROUPS = frozenset({OWN_GROUP, OWN_REPORT})
SEES = {
    **dict.fromkeys(ROLES, HERE),
    "superuser": HERE,
    "group_convener": IN_GROUPS,
    "lead_unit": IN_GROUPS,
    "inspector": IN_GROUPS,
    "grid_member": frozenset({OWN_REPORT}),
    "no role": frozenset(),
    "no region": frozenset(),
    "other region": frozenset({OTHER_REGION}),
}
# Circulars of every unit; who answers for a unit sees those that it was delivered.
SEES_CIRCULARS = {name: seen if name in CIRCULAR_OFFICE - {"no region"} else frozenset() for name, seen in SEES.items()}
# Grid cells: of the whole region, or of the areas of one's groups; nobody's are one's own.
SEES_CELLS = {
    **{name: seen & {OTHER_REGION} if name == "other region" else seen for name, seen in SEES.items()},
    **dict.fromkeys(("group_convener", "lead_unit", "inspector"), frozenset({OWN_GROUP})),
}
# The personal data of who reported: the office that answers them, and whoever took the report down.
SEES_REPORTER_OF_ALL = frozenset({"dispatcher", "platform_officer", "administrator", "superuser"})
# Plans: who plans for the region sees all of them, a convener those they made; a sent one its own people too. In
# these tests the actor made the plan of their own report, and has a route on it.
SEES_PLAN = {
    name: seen if name in ("dispatcher", "grid_coordinator", "other region") else seen & {OWN_REPORT}
    for name, seen in {**SEES, "grid_coordinator": HERE, "dispatcher": HERE}.items()
}
# Where the reporter may be asked for at all; everybody else is told that there is none.
SEES_REPORTER = {
    name: seen if name in (*SEES_REPORTER_OF_ALL, "other region") else seen & {OWN_REPORT}
    for name, seen in SEES.items()
}
# A track says where somebody was: their own, and the grid office's to judge.
SEES_PATROLS = {
    name: HERE if name == "grid_coordinator" else seen & ({OWN_REPORT} if name in PATROLLERS else set())
    for name, seen in SEES.items()
}
# A party's personal data, with a reason: whoever works on the case, not who counts, publishes or watches a grid.
UNMASKERS = STAFF - {"grid_coordinator", "grid_member", "publicity_officer", "assessor"}
