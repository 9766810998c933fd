"""Cases that are played: the demonstration people take each through the verbs, on office days gone by.

The bulk of the demonstration set has a state and no history; these have all of it: events, clocks, dossier, parties,
inspections, orders, documents and evidence, by nothing but the verbs. Same seed and same day, same set.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from io import BytesIO
from itertools import cycle

import numpy as np
import shapely
from django.conf import settings
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone, translation
from PIL import Image, ImageDraw

from boundaries.models import Edition, Region, User
from cases import actions
from cases.accounts import PEOPLE
from cases.demonstration import DESCRIPTION, ROADS, SITES, inside
from cases.models import Case, Notice
from cases.models.case import Channel
from cases.verbs import Verb
from cases.workflow import Status
from cases.working_days import WorkingDays

SOURCE = "demonstration_play"  # of their reports
PARTS = {
    "dispatcher": "dispatcher1", "leader": "leader1", "legal": "legal1", "supervision": "supervisor1",
    "publicity": "publicity1", "assessor": "assessor1",
}  # fmt: skip
OFFICERS = {"G1": ("inspector1", "convener1"), "G2": ("inspector2", "convener2"), "G3": ("inspector3", "convener3")}
REPORTERS = {Channel.GRID_FEEDBACK: "gridworker1", Channel.PATROL: "officer"}
OPENS, CLOSES = time(9), time(17)
UNREAD = timedelta(days=7)  # older notices count as read
APART_DEG = 0.0004  # about 40 m: where a second report of the same site lies


@dataclass(frozen=True)
class Step:
    """One act: who plays it, and how many working days after the act before. A word may be asked of the play."""

    verb: str
    who: str
    days: int = 0
    words: dict = field(default_factory=dict)


@dataclass(frozen=True)
class Story:
    """What is played: from the report through the steps to `ends`, whose last act lies `rest` working days back.

    `near` names the story at whose site it was reported once more.
    """

    name: str
    ends: Status
    steps: tuple[Step, ...]
    group: str
    violations: tuple[str, ...]
    channel: Channel = Channel.COMPLAINT
    rest: int = 1
    near: str = ""


class OfficeDays:
    """Moments on working days, counted from another."""

    def __init__(self, region: Region):
        self._calendar = WorkingDays.of(region)

    def shifted(self, day: date, number: int) -> date:
        """The working day that many before (below 0) or behind."""
        for _ in range(abs(number)):
            day += timedelta(days=np.sign(number).item())
            while not self._calendar.is_workday(day):
                day += timedelta(days=np.sign(number).item())
        return day

    def last_before(self, moment: datetime) -> datetime:
        """That moment, or where it is none of an office day the last one that is."""
        local = timezone.localtime(moment).replace(second=0, microsecond=0)
        if self._calendar.is_workday(local.date()) and local.time() >= OPENS:
            return min(local, on(local.date(), CLOSES))
        return on(self.shifted(local.date(), -1), CLOSES)

    def counted_back(self, last: datetime, gaps: list[int], rng) -> list[datetime]:
        """A moment each, the last of which is `last`; `gaps` are working days between neighbours, the earliest first.
        Acts of one day lie some minutes apart."""
        moments = [last]
        for gap in reversed(gaps):
            moments.insert(0, self._before(moments[0], gap, rng))
        return moments

    def _before(self, moment: datetime, gap: int, rng) -> datetime:
        earlier = timezone.localtime(moment) - timedelta(minutes=int(rng.integers(12, 28)))
        if not gap and earlier.time() >= OPENS:
            return earlier
        minutes = timedelta(minutes=int(rng.integers(150, 460)))  # from half past eleven on
        return on(self.shifted(moment.date(), -max(gap, 1)), OPENS) + minutes


def on(day: date, clock: time) -> datetime:
    return timezone.make_aware(datetime.combine(day, clock))


class Play:
    """One story while it is played: what its words may ask for."""

    def __init__(self, story: Story, number: int, case: Case, stage: "Stage"):
        self.story, self.number, self.case, self.stage = story, number, case, stage
        self.at = case.reported_at

    @property
    def officers(self) -> list[str]:
        return list(OFFICERS[self.story.group])

    @property
    def unit(self) -> str:
        return self.case.lead_unit.code

    def day(self, number: int, clock: time = CLOSES) -> str:
        """Working days from the act on, as a form takes the moment."""
        return on(self.stage.days.shifted(timezone.localdate(self.at), number), clock).isoformat()

    def person(self, who: str) -> User:
        """By their part, `officer` and `convener` being those of the story's group, or by the account's name."""
        if who == "platform":
            grid = self.story.channel == Channel.GRID_FEEDBACK
            return self.stage.people["coordinator1" if grid else "platform1"]
        return self.stage.people[account(who, self.story.group)]

    def take(self, step: Step, moment: datetime) -> None:
        self.at, by = moment, self.person(step.who)
        words = {name: word(self) if callable(word) else word for name, word in step.words.items()}
        act: Callable = self._add_evidence if step.verb == Verb.EVIDENCE else self._perform
        act(step.verb, by, words)

    def _perform(self, verb, by, words):
        self.case = actions.perform(self.case, verb, by=by, given=words, at=self.at)

    def _add_evidence(self, _verb, by, words):
        picture = ContentFile(drawn(self.number, self.stage.rng), name="demo.jpg")
        actions.add_evidence(
            self.case, picture, by=by, at=self.at, captured_at=self.at, captured=self.case.geom, **words
        )


def account(who: str, group: str) -> str:
    officers = dict(zip(("officer", "convener"), OFFICERS[group], strict=True))
    return {**PARTS, **officers}.get(who, who)


def drawn(number: int, rng) -> bytes:
    """A made-up picture that says so: a shell of a building under a sky."""
    sky, wall, ground = (tuple(int(part) for part in rng.integers(low, low + 50, 3)) for low in (170, 110, 60))
    image = Image.new("RGB", (640, 480), sky)
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, 360, 640, 480), fill=ground)
    for floor in range(int(rng.integers(2, 6))):
        top = 320 - 45 * floor
        pen.rectangle((150, top, 490, top + 40), fill=wall, outline=ground, width=3)
    pen.text((12, 12), f"DEMO {number:03}", fill="black", font_size=36)
    content = BytesIO()
    image.save(content, "JPEG", quality=80)
    return content.getvalue()


class Stage:
    """What all stories of a region share: people, office days, sites, and the cases played so far."""

    def __init__(self, region: Region, edition: Edition, people: dict[str, User], seed: int, now: datetime):
        self.region, self.edition, self.people, self.now = region, edition, people, now
        self.rng, self.days = np.random.default_rng(seed), OfficeDays(region)
        self.cases: dict[str, Case] = {}
        self._sites = {group: self._sites_in(group) for group in OFFICERS}

    def _sites_in(self, group: str) -> Iterator[tuple[str, float, float]]:
        """(area, lon, lat) without end, by turns in the areas of the group."""
        areas = self.edition.areas.filter(group__code=group).order_by("code")
        shapes = [(area.name, shapely.from_wkb(bytes(area.geom.wkb))) for area in areas]
        for name, shape in cycle(shapes):
            yield (name, *inside(shape, self.rng, 1)[0])

    def play(self, story: Story, number: int) -> Case:
        """The whole story, act by act; actions.Refused and its like where the law does not let it be played."""
        last = self.days.last_before(self.now - timedelta(minutes=10))
        if story.rest:
            last = on(self.days.shifted(last.date(), -story.rest), time(15, int(self.rng.integers(0, 60))))
        moments = self.days.counted_back(last, [step.days for step in story.steps], self.rng)
        play = Play(story, number, self._reported(story, number, moments[0]), self)
        for step, moment in zip(story.steps, moments[1:], strict=True):
            play.take(step, moment)
        self.cases[story.name] = play.case
        return play.case

    def _reported(self, story: Story, number: int, moment: datetime) -> Case:
        lon, lat, address = self._site(story, number)
        reporter = account(REPORTERS.get(story.channel, "platform1"), story.group)
        return actions.report(
            region=self.region, lon=lon, lat=lat, crs="wgs84", accuracy_m=12.0, by=self.people[reporter],
            channel=story.channel, violations=list(story.violations), address=address,
            description=f"{DESCRIPTION}（{story.name}）", source_client=SOURCE, demonstration=True, at=moment,
        )  # fmt: skip

    def _site(self, story: Story, number: int) -> tuple[float, float, str]:
        if story.near:
            there = self.cases[story.near]
            return round(there.geom.x + APART_DEG, 7), round(there.geom.y, 7), there.address
        name, lon, lat = next(self._sites[story.group])
        return (
            round(lon, 7),
            round(lat, 7),
            f"{name}{self.rng.choice(ROADS)}{self.rng.choice(SITES)}演示{number:02}号工地",
        )


def cast(region: Region) -> dict[str, User] | None:
    """The demonstration accounts by name; None where one is missing."""
    names = [name for name, *_rest in PEOPLE]
    found = {person.username: person for person in User.objects.filter(region=region, username__in=names)}
    return found if len(found) == len(names) else None


def is_played(region: Region) -> bool:
    return Case.objects.filter(region=region, source_client=SOURCE).exists()


@transaction.atomic
def play(region: Region, edition: Edition, stories, seed: int, now: datetime | None = None) -> dict[str, Case]:
    """Play the stories in order, in the bureau's language; the cases by the story's name. All of them or none."""
    stage = Stage(region, edition, cast(region), seed, now or timezone.now())
    with translation.override(settings.LANGUAGE_CODE):
        for number, story in enumerate(stories, 1):
            stage.play(story, number)
    old = Notice.objects.filter(case__in=stage.cases.values(), at__lt=stage.now - UNREAD)
    old.update(read_at=stage.now - UNREAD)
    return stage.cases
