"""Accounts: the demonstration people, named by role, and the Django groups that the policy reads."""

from django.contrib.auth.models import Group
from django.db import transaction

from boundaries.models import Region, Unit, User
from cases.permissions import Role

DEMONSTRATION_PASSWORD = "xingyang-demo-2015"  # noqa: S105 - printed by `make run`; a real deployment has no such account

# username, display name, role, unit, groups
PEOPLE = (
    ("dispatcher1", "调度员一", Role.DISPATCHER, "joint_office", ()),
    ("platform1", "信息平台员一", Role.PLATFORM_OFFICER, "info_platform_office", ()),
    ("coordinator1", "网格协调员一", Role.GRID_COORDINATOR, "grid_office", ()),
    ("leader1", "局领导一", Role.LEADER, "leading_group", ()),
    ("convener1", "召集人一", Role.GROUP_CONVENER, "quality_station", ("G1",)),
    ("convener2", "召集人二", Role.GROUP_CONVENER, "urban_construction_brigade", ("G2",)),
    ("convener3", "召集人三", Role.GROUP_CONVENER, "safety_station", ("G3",)),
    ("inspector1", "执法员一", Role.INSPECTOR, "quality_station", ("G1",)),
    ("inspector2", "执法员二", Role.INSPECTOR, "urban_construction_brigade", ("G2",)),
    ("inspector3", "执法员三", Role.INSPECTOR, "safety_station", ("G3",)),
    ("gridworker1", "网格员一", Role.GRID_MEMBER, "grid_office", ()),
    ("supervisor1", "建管科一", Role.SUPERVISION_OFFICER, "construction_mgmt_section", ()),
    ("legal1", "法制员一", Role.LEGAL_OFFICER, "legal_section", ()),
    ("publicity1", "宣传员一", Role.PUBLICITY_OFFICER, "publicity_section", ()),
    ("assessor1", "督查员一", Role.ASSESSOR, "inspection_section", ()),
    ("admin", "管理员", Role.ADMINISTRATOR, "joint_office", ()),
)

# Made up: two officers to each group's first lead unit, so that the demonstration can inspect, order and serve, and one
# who follows up.
CERTIFICATES = {
    "inspector1": "演示-0001",
    "convener1": "演示-0002",
    "inspector2": "演示-0003",
    "convener2": "演示-0004",
    "inspector3": "演示-0005",
    "convener3": "演示-0006",
    "supervisor1": "演示-0007",
}


@transaction.atomic
def make_demonstration_people(region: Region) -> list[User]:
    """One account per role for trying the system; those that exist are left as they are, but for a certificate number
    that they lack."""
    units = {unit.code: unit for unit in Unit.objects.filter(region=region)}
    return [
        _certified(User.objects.filter(username=username).first())
        or make_person(
            region, username, role, display_name=name, unit=units.get(unit), groups=groups,
            password=DEMONSTRATION_PASSWORD, cert_no=CERTIFICATES.get(username, ""),
        )
        for username, name, role, unit, groups in PEOPLE
    ]  # fmt: skip


def _certified(person: User | None) -> User | None:
    number = person and not person.officer_cert_no and CERTIFICATES.get(person.username)
    if number:
        person.officer_cert_no = number
        person.save(update_fields=["officer_cert_no"])
    return person


@transaction.atomic
def make_person(region: Region, username: str, role: Role, *, display_name="", unit: Unit | None = None, groups=(),
                password: str, cert_no="") -> User:  # fmt: skip
    """A new account in a role; an administrator may also enter the administration pages."""
    person = User(
        username=username, display_name=display_name, region=region, unit=unit, group_codes=list(groups),
        officer_cert_no=cert_no, is_staff=role == Role.ADMINISTRATOR, is_superuser=role == Role.ADMINISTRATOR,
    )  # fmt: skip
    person.set_password(password)
    person.save()
    person.groups.add(Group.objects.get_or_create(name=role.value)[0])
    return person
