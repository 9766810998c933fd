"""A crawler without an account: whatever address it comes to, no byte of an answer is anybody's personal datum, an entry
that is not shown today, or a number of the inside. The secrets are read from the database, not listed by hand."""

import re
from datetime import date
from html import unescape
from html.parser import HTMLParser
from urllib.parse import parse_qsl, unquote, urlencode, urljoin, urlsplit
from uuid import uuid4

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from boundaries.models import User
from cases.models import Case, CaseEvent, Document, Dossier, Evidence, Party, Reporter
from oversight.exposure import acts, column
from oversight.models import (
    ExposureAct,
    ExposureEntry,
    ExposureVersion,
    PressItem,
    PublicityOpening,
    PublicReceipt,
    PublicTally,
)
from oversight.public_reports import sending
from oversight.publicity import acts as publicity
from oversight.views import exposure as exposure_views
from tests.actors import a_photo
from tests.factories import make_case
from tests.oversight.scene import DECIDED, decided, entry, firm
from tests.second_city import load as load_second_city

HERE = "410182"
FORM = f"/public-report/{HERE}/"
SEEDS = (
    "/", "/exposure/", "/exposure/feed/", FORM, f"{FORM}receipt/", "/robots.txt", "/sitemap.xml", "/sign-in/",
    "/healthz", "/readyz", "/exposure/?region=410182", "/exposure/?region=%27%22%3E%3Cscript%3E", "/api/v1/cases/",
    "/exposure/desk/", "/publicity/", "/publicity/videos/", "/ledger/", "/tiles/open-cases.json", f"{FORM}receipt/?number=0000-0000-0000-0000",
)  # fmt: skip
FIRST_ID = 7_310_001  # so far away that an identifier is known wherever it stands
LIVE = (Case, CaseEvent, Document, Dossier, Evidence, Party, Reporter, ExposureEntry, ExposureVersion, ExposureAct,
        PressItem, PublicityOpening, PublicReceipt, PublicTally, User)  # fmt: skip
HOSTILE = "<img src=x onerror=alert(1)>{{ case.case_no }}"


class Links(HTMLParser):
    """Every address that a page names, and its forms that only ask."""

    def __init__(self, page: str):
        super().__init__()
        self.found, self.form = set(), None
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        self.found |= {given[name] for name in ("href", "src", "action", "hx-get", "data-src") if given.get(name)}
        if tag == "form":
            self.form = (given.get("action") or "", {}) if given.get("method", "get").lower() == "get" else None
        if tag in ("input", "select", "button") and self.form and given.get("name"):
            self.form[1][given["name"]] = given.get("value") or "1"

    def handle_endtag(self, tag):
        if tag == "form" and self.form:
            self.found.add(f"{self.form[0]}?{urlencode(self.form[1])}")
            self.form = None


def crawl(*more) -> dict[str, str]:
    """Address → status, headers and body of each answer, as HEAD and as GET in either language; to the end."""
    client, to_read, read = Client(), {*SEEDS, *more}, {}
    while to_read:
        address = to_read.pop()
        said = []
        for method, language in (("head", "zh-CN"), ("get", "zh-CN"), ("get", "en")):
            answer = getattr(client, method)(address, HTTP_ACCEPT_LANGUAGE=language)
            body = b"".join(answer) if answer.streaming else answer.content
            headers = "\n".join(f"{name}: {value}" for name, value in answer.headers.items())
            said.append(f"{answer.status_code}\n{headers}\n{answer.cookies}\n{body.decode()}")
        read[address] = "\n".join(said)
        links = Links(body.decode()).found | set(re.findall(r"<(?:id|uri|link)>([^<]+)<", read[address]))
        links |= {answer["Location"]} if answer.has_header("Location") else set()
        whole = {urlsplit(urljoin(f"http://testserver{address}", unescape(link))) for link in links}
        here = {one for one in whole if one.netloc == "testserver" and not one.path.startswith("/static/")}
        to_read |= {f"{one.path}{'?' if one.query else ''}{one.query}" for one in here} - set(read)
    return read


@pytest.fixture
def city(people, calendar, settings, tmp_path):
    """Entries of every standing in two regions, on cases full of personal data and numbers of the inside; reports of
    the public, one of them sent by the crawler itself."""
    settings.PUBLIC_REPORTS, settings.MEDIA_ROOT = [HERE], tmp_path
    with connection.cursor() as cursor:
        for model in LIVE:
            cursor.execute(
                "SELECT setval(pg_get_serial_sequence(%s, 'id'), %s, false)", [model._meta.db_table, FIRST_ID]
            )
    calendar.stand(DECIDED)
    for number, user in enumerate(User.objects.filter(pk__in=[one.pk for one in vars(people).values()])):
        user.display_name = f"经办员{'甲乙丙丁戊己庚辛壬癸'[number]}"
        user.save()
    case, _decision = decided(natural=True, code="", name="王小明", id_no="410182198001010013", phone="13812345678",
                              address="荥阳市索河街道康泰路18号院3单元")  # fmt: skip
    case.address, case.description = "康泰路与飞龙路交叉口西北角在建楼", f"据群众反映连夜施工{HOSTILE}"
    case.save()
    firm(case, name="甲公司", code="91110000600037341L", legal_representative="李建国", phone="13712345678",
         address="荥阳市索河街道演武路9号")  # fmt: skip
    Reporter.objects.create(region=case.region, case=case, name="赵举报", phone="13612345678", note="住在工地对面")
    Dossier.objects.filter(case=case).update(archive_no="荥档2026-0077", video_archive_no="荥像2026-0012")
    entry(people, case=case, title=f"公开的一条{HOSTILE}")
    entry(people, case=case, title="待批的一条", text="待批的正文", approve=False)
    entry(people, case=case, title="将来的一条", text="将来的正文", publish_from=date(2026, 3, 3))
    past = {"publish_from": date(2026, 1, 1), "publish_until": date(2026, 3, 1)}
    entry(people, case=case, title="期满的一条", text="期满的正文", **past)
    acts.withdraw(entry(people, case=case, title="撤回的一条", text="撤回的正文"), by=people.writer, note="决定已撤销")
    shown = ExposureEntry.objects.published(DECIDED).get()
    acts.write(shown, by=people.writer, party=case.parties.first(), title="没批的新版本", text="没批的新文字",
               publish_from=DECIDED, publish_until=date(2026, 6, 2))  # fmt: skip
    press = {
        "title": "某报内部送审稿",
        "outlet": "某报",
        "published_on": DECIDED,
        "archive_no": "宣2026-009",
        "note": "未刊",
    }
    publicity.open_press(publicity.add(case, by=people.writer, **press), people.leader)
    other = load_second_city(tmp_path).region
    make_case(description="别处的线索", address="别处的工地").documents.all()
    return shown, other


def send_report() -> str:
    """A report with a name and a telephone; the address of its receipt."""
    given = {
        "key": str(uuid4()), "area": "410182001", "address": "郑上路北侧", "description": "院内私自加盖",
        "reporter_name": "孙热心", "reporter_phone": "13512340987", "photos": [a_photo()],
    }  # fmt: skip
    return Client().post(FORM, given)["Location"]


def secrets(mine: set[str]) -> dict[str, str]:
    """What no answer may say → what it is: every text and identifier of the tables of the inside, but for words that
    two people approved for today. `mine` are numbers that the crawler was given."""
    shown = ExposureEntry.objects.published(timezone.localdate()).values_list("approved", flat=True)
    public = "\n".join(
        "\n".join((one.title, one.party, one.place, one.text)) for one in ExposureVersion.objects.filter(pk__in=shown)
    )
    decided = Document.objects.filter(kind="penalty_decision", case__in=ExposureEntry.objects.filter(
        approved__in=shown).values("case"))  # fmt: skip
    public += "\n".join(decided.values_list("doc_no", flat=True))  # a public notice names its decision
    said = {}
    for model in LIVE:
        for row in model.objects.all():
            for name in TEXTS.get(model.__name__, ()):
                said[str(getattr(row, name) or "")] = f"{model.__name__}.{name}"
            said[str(row.pk)] = f"{model.__name__}.id"
    said |= {
        str(key): "key of an entry not shown"
        for key in ExposureEntry.objects.exclude(approved__in=shown).values_list("key", flat=True)
    }
    return {one: what for one, what in said.items() if len(one) > 1 and one not in public and one not in mine}


TEXTS = {
    "Case": ("case_no", "address", "description"),
    "CaseEvent": ("note",),
    "Document": ("doc_no",),
    "Dossier": ("archive_no", "video_archive_no"),
    "Evidence": ("sha256", "original", "shown", "small"),
    "Party": ("name", "id_no", "phone", "legal_representative", "address"),
    "Reporter": ("name", "phone", "note"),
    "ExposureVersion": ("title", "text"),
    "ExposureAct": ("note",),
    "PressItem": ("title", "archive_no", "note"),
    "PublicReceipt": ("number", "key", "body_sha256"),
    "PublicTally": ("who",),
    "User": ("username", "display_name", "password"),
}


def leaks(pages: dict[str, str], mine=frozenset()) -> set[str]:
    """What was said that may not be, and where; whatever way it is written."""
    found = set()
    hidden = secrets(set(mine))
    for address, said in pages.items():
        # What the crawler itself asked for may stand in the answer: it told, it was not told.
        asked = {value for _name, value in parse_qsl(urlsplit(address).query)} | set(address.split("/"))
        plain = f"{said}\n{unescape(said)}\n{unquote(said)}"
        found |= {f"{what} on {address}" for one, what in hidden.items() if one in plain and one not in asked}
    return found


def test_the_crawler_comes_everywhere_an_anonymous_visitor_can(city):
    shown, other = city
    mine = send_report()
    pages = crawl(mine)
    wanted = {
        "/",
        "/exposure/",
        "/exposure/feed/",
        f"/exposure/{shown.key}/",
        FORM,
        f"{FORM}receipt/",
        mine,
        "/sign-in/",
    }
    assert wanted <= set(pages)
    assert "公开的一条" in pages["/exposure/"]
    assert "王某某" in pages["/exposure/"]
    assert {address for address in pages if other.code in address} == set()


def test_no_byte_of_any_answer_is_personal_unapproved_or_of_the_inside(city):
    mine = send_report()
    number = PublicReceipt.objects.get().number
    pages = crawl(mine, *(f"/exposure/{key}/" for key in ExposureEntry.objects.values_list("key", flat=True)))
    hidden = secrets({number})
    for what in (
        "Party.id_no",
        "Party.phone",
        "Reporter.phone",
        "Case.case_no",
        "ExposureVersion.title",
        "User.username",
    ):
        assert what in hidden.values()  # there is something to find
    assert leaks(pages, {number}) == set()
    assert [address for address, said in pages.items() if "<img src=x" in said] == []


LEAKS = {
    "an unapproved entry": lambda patch, case: patch.setattr(
        column, "told", lambda found: [_any(one) for one in ExposureEntry.objects.all()]
    ),
    "a name": lambda patch, case: patch.setattr(column.secrecy, "shown_name", lambda name, natural: "王小明"),
    "a number in a header": lambda patch, case: patch.setattr(
        exposure_views, "_public", lambda answer: _with(answer, "X-Case", case.case_no)
    ),
    "an identifier in a feed": lambda patch, case: patch.setattr(
        exposure_views.ExposureFeed, "item_guid", lambda self, item: f"urn:entry:{FIRST_ID}"
    ),
    "a number in a link": lambda patch, case: patch.setattr(
        column.Shown, "get_absolute_url", lambda self: f"/exposure/?of={case.case_no}"
    ),
    "a case on its receipt": lambda patch, case: patch.setattr(sending, "said", lambda number: case.case_no),
    "a staff name": lambda patch, case: patch.setattr(
        exposure_views.ExposureFeed, "item_author_name", lambda self, item: "经办员甲", raising=False
    ),
}


def _any(one):
    words = one.versions.all()[0]
    told = words.title, words.party, words.place, words.text, words.publish_from, words.publish_until
    return column.Shown(one.key, *told, "某局", "", None)


def _with(answer, name, value) -> HttpResponse:
    answer[name] = value
    return answer


@pytest.mark.parametrize("leak", LEAKS)
def test_a_leak_that_is_put_in_by_hand_is_found(city, monkeypatch, leak):
    shown, _other = city
    mine, number = send_report(), PublicReceipt.objects.get().number
    LEAKS[leak](monkeypatch, shown.case)
    assert leaks(crawl(mine), {number}) != set()
