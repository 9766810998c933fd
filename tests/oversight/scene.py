"""Firms with decisions, records and entries as the tests of the record need them; and a clock to travel by."""

from datetime import date, datetime, time, timedelta

from django.utils import timezone
from stdnum.cn import uscc

from cases import documents
from cases.models import Party
from oversight.conduct import acts
from oversight.exposure import acts as exposure
from tests.factories import make_case, make_user

FIRST = "91110000600037341L"
SECOND = "91410182061387361" + uscc.calc_check_digit("91410182061387361")
DECIDED = date(2026, 3, 2)


def noon(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(12)))


class Calendar:
    """The day that everybody believes in: `stand(day)` moves it."""

    def __init__(self, monkeypatch):
        self.now = timezone.now()
        monkeypatch.setattr(timezone, "now", lambda: self.now)

    def stand(self, day: date):
        self.now = noon(day)
        return day


class People:
    def __init__(self):
        self.keeper, self.other_keeper = make_user("supervision_officer"), make_user("supervision_officer")
        self.leader, self.dispatcher = make_user("leader"), make_user("dispatcher")
        self.writer, self.other_writer = make_user("publicity_officer"), make_user("publicity_officer")


def firm(case, *, code=FIRST, name="河南某某建设有限公司", natural=False, **more):
    return Party.objects.create(
        region=case.region, case=case, kind="person" if natural else "contractor", is_natural=natural, name=name,
        uscc=code, **more,
    )  # fmt: skip


def decided(day: date = DECIDED, at: datetime | None = None, **more):
    """A case with a firm and a penalty decision of that day, at noon or at that moment of the city's clock."""
    case = make_case(at=noon(day - timedelta(days=30)))
    firm(case, **more)
    return case, documents.issue(case, "penalty_decision", by=None, at=timezone.make_aware(at) if at else noon(day))


def drafted(people, day: date = DECIDED, *, uses=("tendering",), months=6, penalty_until=None, **more):
    case, decision = decided(day, **more)
    return acts.draft(
        party=case.parties.get(), decision=decision, uses=uses, facts="未取得施工许可证擅自施工", by=people.keeper,
        months=months, penalty_until=penalty_until, at=noon(day),
    )  # fmt: skip


def published(people, day: date = DECIDED, **more):
    """Drafted, proposed, approved and published on the day of the decision."""
    record = drafted(people, day, **more)
    record = acts.propose(record, by=people.keeper, at=noon(day))
    record = acts.approve(record, by=people.leader, at=noon(day))
    return acts.publish(record, by=people.keeper, at=noon(day))


def entry(people, *, case=None, approve=True, at=None, **told):
    """An entry on the column, approved unless told otherwise."""
    case = case or decided()[0]
    told = {
        "party": case.parties.first(), "title": "擅自施工被处罚", "text": "该单位未取得施工许可证擅自施工，已依法处罚。",
        "place": "荥阳市索河街道", "publish_from": DECIDED, "publish_until": date(2026, 6, 2), **told,
    }  # fmt: skip
    at = at or min(timezone.now(), noon(max(told["publish_from"], told["publish_until"])))  # while it may be shown
    made = exposure.begin(case, by=people.writer, at=at, **told)
    made = exposure.propose(made, by=people.writer, at=at)
    return exposure.approve(made, by=people.leader, at=at) if approve else made
