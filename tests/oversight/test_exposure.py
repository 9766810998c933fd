"""The exposure column: what an anonymous reader gets, day by day, and what two people must do before."""

import re
from datetime import date, timedelta
from xml.etree import ElementTree

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from cases import documents
from cases.models import Reporter
from oversight.exposure import acts, secrecy
from oversight.models import ExposureEntry, ExposureVersion
from oversight.refusals import NotNow, Refused, SamePerson
from tests.factories import make_case, make_user
from tests.oversight.scene import DECIDED, decided, entry, firm, noon
from tests.pages import english, words
from tests.second_city import IN_G1
from tests.second_city import load as load_second_city

ATOM = "{http://www.w3.org/2005/Atom}"
LAST = date(2026, 6, 2)


def refused_field(call, *given, **told):
    with pytest.raises(Refused) as caught:
        call(*given, **told)
    return caught.value.field


def crawled(start="/exposure/") -> dict[str, str]:
    """Every page below /exposure/ that an anonymous visitor reaches by links, with headers and all its source."""
    client, to_read, read = Client(), {start}, {}
    while to_read:
        address = to_read.pop()
        answer = client.get(address)
        if answer.status_code == 200:
            read[address] = f"{dict(answer.headers)} {answer.content.decode()}"
            found = re.findall(r'href="(?:https?://[^/"]+)?(/[^"#?]*)', read[address])
            found += re.findall(r"https?://[^/<\"]+(/exposure/[^<\"]*)", read[address])
            to_read |= {link for link in found if link.startswith("/exposure/")} - set(read)
    return read


@pytest.fixture
def city(people, calendar):
    """Entries of every standing, on cases full of personal data and numbers of the inside."""
    calendar.stand(DECIDED)
    case, _decision = decided(natural=True, code="", name="王小明", id_no="410182198001010013", phone="13812345678",
                              address="荥阳市索河街道康泰路18号院3单元")  # fmt: skip
    firm(case, name="河南某某建设有限公司", legal_representative="李建国", phone="13712345678")
    Reporter.objects.create(region=case.region, case=case, name="赵举报", phone="13612345678", note="住在工地对面")
    case.dossier.archive_no = case.dossier.video_archive_no = "荥档2026-0077"
    case.dossier.save()
    made = {
        "shown": entry(people, case=case, title="公开的一条"),
        "proposed": entry(people, case=case, title="待批的一条", approve=False),
        "coming": entry(people, case=case, title="将来的一条", publish_from=date(2026, 3, 3)),
        "over": entry(
            people, case=case, title="期满的一条", publish_from=date(2026, 1, 1), publish_until=date(2026, 3, 1)
        ),
        "withdrawn": acts.withdraw(entry(people, case=case, title="撤回的一条"), by=people.writer, note="决定已撤销"),
    }
    acts.write(
        made["shown"], by=people.writer, party=case.parties.first(), title="没批的新版本", text="没批的新文字",
        publish_from=DECIDED, publish_until=LAST,
    )  # fmt: skip
    return case, made


def test_a_crawler_finds_approved_entries_alone(city):
    _case, made = city
    pages = crawled()
    assert set(pages) == {"/exposure/", "/exposure/feed/", f"/exposure/{made['shown'].key}/"}
    everything = "".join(pages.values())
    assert "公开的一条" in everything
    for title in ("待批", "将来", "期满", "撤回的", "没批"):
        assert title not in everything


def test_a_crawler_finds_no_personal_datum_and_no_number_of_the_inside(city, people):
    case, made = city
    everything = "".join(crawled().values())
    secrets = [case.case_no, f"/cases/{case.case_no}", "荥档", people.writer.username, people.leader.username]
    for party in case.parties.all():
        secrets += [party.id_no, party.phone, party.legal_representative] + ([party.name] if party.is_natural else [])
    secrets += ["赵举报", "13612345678", "工地对面", "康泰路18号"]
    assert [secret for secret in secrets if secret and secret in everything] == []
    assert "王某某" in everything
    assert f">{made['shown'].pk}<" not in everything


def test_the_map_is_not_there(city):
    assert [text for text in crawled().values() if "maplibre" in text or "113.3" in text] == []


@pytest.mark.parametrize("standing", ["proposed", "coming", "over", "withdrawn"])
def test_what_is_not_shown_has_no_page_even_for_who_knows_its_address(city, standing):
    _case, made = city
    answer = Client().get(reverse("exposure-entry", args=(made[standing].key,)))
    missing = Client().get("/exposure/00000000-0000-4000-8000-000000000000/")
    assert (answer.status_code, missing.status_code) == (404, 404)


def test_each_day_shows_what_is_published_on_it(people, calendar):
    calendar.stand(DECIDED)
    entry(people)
    day, seen = DECIDED - timedelta(days=2), {}
    while day < date(2027, 1, 1):
        calendar.stand(day)
        page = "擅自施工被处罚" in Client().get("/exposure/").content.decode()
        feed = "擅自施工被处罚" in Client().get("/exposure/feed/").content.decode()
        assert page == feed
        seen[day] = page
        day += timedelta(days=1)
    shown = [day for day, page in seen.items() if page]
    assert (shown[0], shown[-1], len(shown)) == (DECIDED, LAST, 93)  # 30 of March, 30, 31, 2


def test_the_feed_is_atom_with_addresses_that_do_not_change(city):
    _case, made = city
    feed = ElementTree.fromstring(Client().get("/exposure/feed/").content)  # noqa: S314 - our own answer
    (one,) = feed.findall(f"{ATOM}entry")
    assert one.find(f"{ATOM}title").text == "公开的一条"
    assert one.find(f"{ATOM}id").text == f"urn:uuid:{made['shown'].key}"
    assert one.find(f"{ATOM}link").get("href").endswith(f"/exposure/{made['shown'].key}/")


@pytest.mark.parametrize("indexed", [False, True])
def test_search_engines_list_it_only_where_the_setting_says_so(city, settings, indexed):
    settings.EXPOSURE_INDEXED = indexed
    _case, made = city
    for address in ("/exposure/", "/exposure/feed/", reverse("exposure-entry", args=(made["shown"].key,))):
        answer = Client().get(address)
        assert answer.headers.get("X-Robots-Tag", "") == ("" if indexed else "noindex, nofollow, noarchive")
        assert "no-store" in answer["Cache-Control"]


FORBIDDEN = {
    "the name": "当事人王小明擅自施工",
    "the name with spaces": "当事人 王 小 明 擅自施工",
    "a telephone": "联系电话138-1234-5678",
    "another telephone": "联系电话 +86 159 0000 0000",
    "an identity number": "身份证 410182 19800101 0013",
    "a representative": "法定代表人李建国",
    "the reporter": "据赵举报反映",
    "the address": "家住荥阳市索河街道康泰路18号院3单元",
    "an archive number": "档案号荥档2026-0077",
}


LANDLINES = (
    "联系0371-64661234", "037164661234", "（0371）6466 1234", "0371 64661234", "+86-371-64661234，电话64661234",
    "０３７１－６４６６１２３４", "010-12345678", "见公告，64661234", "64661234", "联系电话：6466-1234", "电话号码4661234",
    "Tel. 64661234", "项目部（64661234）", "86 0371 64661234",
)  # fmt: skip
NO_TELEPHONES = (
    "荥建罚决字〔2026〕第0371号", "荥建罚决字〔2026〕第001号", "2026-03-02", "2026.03.02—2026.06.02", "20260302", "于 20260302 立案",
    "统一社会信用代码91110000600037341L", "信用代码：914101820613873617", "建筑面积12345678平方米", "面积：1234567.89 ㎡",
    "面积 1200-1500平方米，0.371亩", "罚款人民币2345678元", "罚款：2345678", "2345678.00 元", "施工许可证号：41018220", "2025-2026年",
    "投诉请拨12345", "3号楼，第0371标段", "依照第六十四条",
)  # fmt: skip


@pytest.mark.parametrize("text", LANDLINES)
def test_a_landline_is_refused_in_any_writing(people, calendar, text):
    calendar.stand(DECIDED)
    assert refused_field(entry, people, text=f"该单位擅自施工。{text}") == "text"


def test_numbers_that_are_no_telephones_may_be_said(people, calendar):
    calendar.stand(DECIDED)
    case = decided()[0]
    told = {"title": "甲", "place": "乙"}
    for text in NO_TELEPHONES:
        secrecy.check(case, {**told, "text": text})
        secrecy.check(case, {**told, "text": f"该单位擅自施工，{text}，已处罚。"})
    secrecy.check(case, {**told, "text": "，".join(NO_TELEPHONES)})


@pytest.mark.parametrize("field", ["title", "place", "text"])
@pytest.mark.parametrize("what", FORBIDDEN)
def test_a_text_with_what_may_not_be_said_is_refused_at_its_field(city, people, what, field):
    case, _made = city
    assert refused_field(entry, people, case=case, **{field: FORBIDDEN[what]}) == field


def test_the_number_of_the_case_is_refused_in_any_writing(city, people):
    case, _made = city
    for text in (case.case_no, case.case_no.lower(), case.case_no.replace("-", " "), "XY-2019-00001"):
        assert refused_field(entry, people, case=case, text=f"案件{text}") == "text"


def test_a_notice_names_who_decided_by_which_number_and_until_when_it_is_shown(people, calendar):
    """What is decided anew is named once it is approved, not before."""
    calendar.stand(DECIDED)
    case, decision = decided()
    shown = entry(people, case=case)
    calendar.stand(DECIDED + timedelta(days=7))
    anew = documents.issue(case, "penalty_decision", by=None, at=noon(DECIDED + timedelta(days=7)))
    for address in ("/exposure/", reverse("exposure-entry", args=(shown.key,)), "/exposure/feed/"):
        told = Client().get(address).content.decode()
        for said in ("荥阳市住房和城乡建设局", decision.doc_no, f"{DECIDED:%Y-%m-%d}", f"{LAST:%Y-%m-%d}"):
            assert said in told, (address, said)
        assert anew.doc_no not in told
    told = {"party": case.parties.get(), "title": "甲", "text": "乙", "publish_from": DECIDED, "publish_until": LAST}
    acts.write(shown, by=people.writer, **told)
    acts.approve(acts.propose(shown, by=people.writer), by=people.leader)
    assert anew.doc_no in words(Client().get("/exposure/"))


def test_the_public_list_turns_its_pages_and_each_entry_is_on_one(people, calendar, monkeypatch):
    monkeypatch.setattr("oversight.views.exposure.A_PAGE", 2)
    calendar.stand(DECIDED)
    case = decided()[0]
    titles = [entry(people, case=case, title=f"第{number}条").approved.title for number in "一二三"]
    pages = [words(Client().get("/exposure/", {"page": page})) for page in (1, 2)]
    assert [[title for title in titles if title in page] for page in pages] == [titles[1:], titles[:1]]
    assert 'href="?region=410182&amp;page=2"' in Client().get("/exposure/", {"region": "410182"}).content.decode()


def test_a_version_whose_last_day_has_gone_by_is_refused_at_writing_and_at_approving(people, calendar, client):
    calendar.stand(LAST + timedelta(days=1))
    told = {"title": "甲", "text": "乙", "publish_from": DECIDED, "publish_until": LAST}
    case = decided()[0]
    assert refused_field(acts.begin, case, by=people.writer, party=case.parties.get(), **told) == "publish_until"
    calendar.stand(LAST)
    waits = entry(people, approve=False)
    calendar.stand(LAST + timedelta(days=1))
    client.force_login(people.leader)
    answer = client.post(reverse("exposure-edit", args=(waits.pk,)), {"act": "approve"})
    assert answer.status_code == 400
    assert "最后一天（2026-06-02）已过" in words(answer)
    calendar.stand(LAST)
    assert acts.approve(waits, by=people.leader).approved


def test_what_becomes_known_later_is_asked_again_at_the_approval(people, calendar):
    calendar.stand(DECIDED)
    waits = entry(people, approve=False, text="包工头张三丰擅自施工")
    firm(waits.case, natural=True, code="", name="张三丰")
    assert refused_field(acts.approve, waits, by=people.leader) == "text"


def test_a_natural_person_s_name_is_never_kept_in_full(city):
    assert {version.party for version in ExposureVersion.objects.filter(is_natural=True)} == {"王某某"}


def test_neither_who_wrote_nor_who_proposed_may_approve(people, calendar):
    calendar.stand(DECIDED)
    both = make_user("publicity_officer", "leader")
    case = decided()[0]
    told = {"party": case.parties.get(), "title": "甲", "text": "乙", "publish_from": DECIDED, "publish_until": LAST}
    mine = acts.propose(acts.begin(case, by=both, **told), by=people.writer)
    with pytest.raises(SamePerson):
        acts.approve(mine, by=both)
    proposed = acts.propose(acts.begin(case, by=people.writer, **told), by=both)
    with pytest.raises(SamePerson):
        acts.approve(proposed, by=both)
    assert acts.approve(proposed, by=people.leader).approved.title == "甲"


def test_a_new_version_is_shown_only_once_it_is_approved_and_the_old_one_is_kept(people, calendar):
    calendar.stand(DECIDED)
    shown = entry(people, title="第一版")
    words_of = {"party": shown.case.parties.get(), "text": "改", "publish_from": DECIDED, "publish_until": LAST}
    acts.write(shown, by=people.writer, title="第二版", **words_of)
    waits = acts.propose(shown, by=people.writer)
    assert "第一版" in words(Client().get("/exposure/"))
    with pytest.raises(NotNow):
        acts.write(waits, by=people.writer, title="第三版", **words_of)
    acts.approve(waits, by=people.leader)
    assert "第二版" in words(Client().get("/exposure/"))
    assert "第一版" not in words(Client().get("/exposure/"))
    assert [(one.number, one.title) for one in shown.versions.all()] == [(2, "第二版"), (1, "第一版")]
    assert [act.verb for act in shown.acts.all()] == ["write", "propose", "approve", "write", "propose", "approve"]


def test_versions_and_acts_are_never_changed(people, calendar):
    calendar.stand(DECIDED)
    shown = entry(people)
    for rows, change in ((shown.versions, {"title": "乙"}), (shown.acts, {"note": "乙"})):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**change)
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.all().delete()


def test_a_case_without_a_decision_that_stands_is_not_exposed(people):
    case = make_case()
    firm(case)
    with pytest.raises(NotNow):
        entry(people, case=case)
    assert ExposureEntry.objects.count() == 0


def test_a_decision_that_falls_meanwhile_stops_the_approval(people, calendar):
    calendar.stand(DECIDED)
    waits = entry(people, approve=False)
    waits.case.events.create(region=waits.case.region, verb="annul_decision", status="investigating", at=noon(DECIDED))
    with pytest.raises(NotNow):
        acts.approve(waits, by=people.leader)


def test_the_desk_names_what_is_shown_though_its_decision_fell_and_by_when_it_goes(people, calendar, client):
    """Fallen on Thursday 30 April 2026; the holiday lasts until 5 May."""
    fell = date(2026, 4, 30)
    stands, falls = (entry(people, title=title) for title in ("甲案曝光", "乙案曝光"))
    annulled = {"verb": "annul_decision", "status": "investigating", "at": noon(fell)}
    falls.case.events.create(region=falls.case.region, **annulled)
    client.force_login(people.writer)

    def due(day):
        calendar.stand(day)
        section = re.search(
            r'<section class="message error.*?</section>', client.get("/exposure/desk/").text, re.DOTALL
        )
        return section and re.findall(r"甲案曝光|乙案曝光|2026-05-08|已超期", section[0])

    assert due(fell)[:2] == ["乙案曝光", "2026-05-08"]
    assert len(due(date(2026, 5, 9))) > len(due(date(2026, 5, 8)))  # late
    documents.issue(falls.case, "penalty_decision", by=None, at=noon(date(2026, 5, 6)))
    assert due(date(2026, 5, 9)) is None  # decided anew
    annulled["at"] = noon(date(2026, 5, 7))
    falls.case.events.create(region=falls.case.region, **annulled)
    assert due(date(2026, 5, 9))[:1] == ["乙案曝光"]
    acts.withdraw(falls, by=people.writer, note="决定已失效")
    assert due(date(2026, 5, 9)) is None
    assert stands.withdrawn_at is None


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": " "}, "title"),
        ({"text": ""}, "text"),
        ({"publish_until": date(2026, 3, 1)}, "publish_until"),
        ({"publish_until": date(2029, 3, 3)}, "publish_until"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(people, changes, field):
    assert refused_field(entry, people, **changes) == field


def test_a_withdrawn_entry_stays_withdrawn(people, calendar):
    calendar.stand(DECIDED)
    gone = acts.withdraw(entry(people), by=people.leader, note="有误")
    for act in (acts.propose, acts.approve):
        with pytest.raises(NotNow):
            act(gone, by=people.other_writer)
    assert refused_field(acts.withdraw, entry(people), by=people.leader, note=" ") == "note"


def test_one_region_s_entries_are_read_alone_on_the_page_and_in_the_feed(people, calendar, tmp_path):
    calendar.stand(DECIDED)
    other = load_second_city(tmp_path).region
    entry(people, title="这里的一条")
    assert "All regions" not in words(english(Client()).get("/exposure/"))
    case = make_case(region=other, lon=IN_G1[0], lat=IN_G1[1])
    firm(case)
    documents.issue(case, "penalty_decision", by=None, at=noon(DECIDED))
    entry(people, case=case, title="那里的一条")
    titles = {
        (address, code): [
            one in Client().get(address, {"region": code}).content.decode() for one in ("这里的", "那里的")
        ]
        for address in ("/exposure/", "/exposure/feed/")
        for code in ("", "410182", other.code, "999999", "\0'\"<b>")
    }
    for address in ("/exposure/", "/exposure/feed/"):
        assert [titles[address, code] for code in ("", "410182", other.code)] == [
            [True, True], [True, False], [False, True]
        ]  # fmt: skip
        assert titles[address, "999999"] == titles[address, "\0'\"<b>"] == [False, False]
    page = english(Client()).get("/exposure/", {"region": other.code})
    assert "All regions" in words(page)
    assert f'href="?region={other.code}" aria-current="true"' in page.content.decode()
    assert f'href="/exposure/feed/?region={other.code}"' in page.content.decode()


def test_the_report_form_is_offered_where_it_is_open_alone(people, calendar, settings):
    assert "public-report" not in Client().get("/exposure/").content.decode()
    settings.PUBLIC_REPORTS = ["410182"]
    assert 'href="/public-report/410182/"' in Client().get("/exposure/").content.decode()


def test_markup_in_a_text_is_shown_as_text(people, calendar):
    calendar.stand(DECIDED)
    entry(people, title="<script>alert(1)</script>", text="<b>甲</b>\n\n乙")
    for page in crawled().values():
        assert "<script>alert" not in page
        assert "<b>甲" not in page
