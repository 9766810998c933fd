"""Which files may serve as templates, and what replacing one does."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from boundaries.models import Region
from cases import documents
from cases.documents import archive, rendering, templates
from cases.models import DocumentKind, DocumentTemplate
from tests import docx
from tests.cases.test_documents import NOVEMBER, issued, said
from tests.factories import make_case

STOP_ORDER = (templates.DEFAULTS / "stop_order.docx").read_bytes()
ASKED = "{{ case.address }}"  # stands in the shipped stop order


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


def asking(for_this):
    """The stop order with another placeholder where the address stood."""
    return docx.changed(STOP_ORDER, old=ASKED, new=for_this)


def reason(content):
    with pytest.raises(rendering.TemplateRefused) as refused:
        templates.try_out(content)
    return str(refused.value)


def folder_of(tmp_path, described=None, **files):
    for name, content in files.items():
        (tmp_path / f"{name}.docx").write_bytes(content)
    if described is not None:
        (tmp_path / "documents.json").write_text(described, "utf-8")
    return tmp_path


@pytest.mark.parametrize("path", sorted(templates.DEFAULTS.glob("*.docx")), ids=lambda path: path.stem)
def test_the_shipped_templates_are_sound(path):
    templates.try_out(path.read_bytes())


def test_there_is_a_shipped_template_of_every_kind():
    assert {file.kind for file in templates.check(templates.DEFAULTS)} == set(DocumentKind.values)


@pytest.mark.parametrize(
    "escape",
    [
        "{{ ''.__class__.__mro__ }}",
        "{{ case.__class__ }}",
        "{{ case.case_no.format(1) }}",
        "{{ case['case_no'] }}",
        "{{ range(99999) }}",
        "{{ 'a' * 99999999 }}",
        "{{ 2 ** 999999 }}",
        "{{ case.case_no|attr('__class__') }}",
        "{{ self._TemplateReference__context }}",
        "{{ cycler.__init__.__globals__ }}",
        "{{ lipsum() }}",
        "{% include 'x' %}",
        "{% import 'x' as y %}",
        "{% set x = 1 %}",
        "{% macro f() %}{% endmacro %}",
        "{% for a in violations recursive %}{{ loop(violations) }}{% endfor %}",
    ],
)
def test_whatever_is_more_than_a_placeholder_is_refused(escape):
    assert reason(asking(escape))


def test_the_sandbox_holds_even_where_the_grammar_would_not(monkeypatch):
    monkeypatch.setattr(rendering, "_faults", lambda *_given: ())
    assert "unsafe" in reason(asking("{{ ''.__class__.__mro__ }}"))


def test_unknown_placeholders_are_named_all_of_them():
    said = reason(asking("{{ case.adress }} {{ partys }} {% for one in parties %}{{ one.nam }}{% endfor %}"))
    assert said.splitlines() == [
        "there is no placeholder “case.adress”",
        "there is no placeholder “one.nam”",
        "there is no placeholder “partys”",
    ]


def test_a_placeholder_in_the_footer_is_looked_at_too():
    content = docx.changed(STOP_ORDER, name="word/footer1.xml", old="第 ", new="{{ nothing.here }}")
    assert reason(content) == "there is no placeholder “nothing.here”"


@pytest.mark.parametrize(
    ("asked", "part_of_the_reason"),
    [
        ("{{ parties }}", "“parties” has parts"),
        ("{{ decision.fine }}", "“decision.fine” has parts"),
        ("{% for one in case %}{% endfor %}", "“case” is none"),
        ("{% for one in case.address %}{% endfor %}", "“case.address” is none"),
        ("{{ case.address", "cannot be read"),
        ("{% if case.address %}", "cannot be read"),
        ("{% for a in parties %}" * 4 + "{% endfor %}" * 4, "at most 3 “for”"),
    ],
)
def test_what_cannot_be_meant_is_said(asked, part_of_the_reason):
    assert part_of_the_reason in reason(asking(asked))


@pytest.mark.parametrize(
    ("content", "part_of_the_reason"),
    [
        (b"", "empty"),
        (b"no zip", "damaged"),
        (STOP_ORDER[:-200], "damaged"),
        (STOP_ORDER[:2000] + bytes(500) + STOP_ORDER[2500:], "damaged"),
        (bytes(archive.MOST_BYTES + 1), "larger than 5 MB"),
        (docx.changed(STOP_ORDER, added={"word/vbaProject.bin": b"x"}), "macro"),
        (docx.changed(STOP_ORDER, added={"word/embeddings/o.xlsx": b"x"}), "macro or another file"),
        (docx.changed(STOP_ORDER, old="<w:body>", new='<w:body><w:altChunk r:id="x"/>'), "macro or another file"),
        (docx.changed(STOP_ORDER, added={"word/big.xml": bytes(archive.MOST_UNPACKED_BYTES)}), "unpacks to more"),
        (docx.changed(STOP_ORDER, added={f"word/{n}.xml": b"<x/>" for n in range(300)}), "unpacks to more"),
        (
            docx.changed(STOP_ORDER, old="<w:document", new='<!DOCTYPE x [<!ENTITY y "z">]><w:document'),
            "declaration",
        ),
        (
            docx.changed(STOP_ORDER, added={"word/_rels/x.rels": b'<Relationship TargetMode="External"/>'}),
            "points to something outside",
        ),
        (docx.changed(STOP_ORDER, name="word/footer1.xml", old=" PAGE ", new=" INCLUDETEXT x "), "fetches something"),
        (docx.changed(STOP_ORDER, whole="<w:p/>".encode("utf-16")), "declaration"),
        (docx.changed(STOP_ORDER, whole=b"<not xml"), "damaged"),
    ],
    ids=[
        *("empty", "text", "cut", "overwritten", "large", "macro", "embedded", "alt-chunk", "bomb", "many-parts"),
        *("entity", "outside", "field", "utf-16", "broken-xml"),
    ],
)
def test_a_hostile_or_broken_file_is_refused_with_a_sentence(content, part_of_the_reason):
    assert part_of_the_reason in reason(content)


def test_a_replaced_template_serves_new_documents_and_old_ones_keep_their_words(xingyang, tmp_path):
    case = make_case(address="索河路1号")
    before = issued(case)
    old = bytes(before.content)
    templates.load(folder_of(tmp_path, stop_order=asking("新式样 {{ case.address }}")), case.region)
    after = issued(case)
    before.refresh_from_db()
    assert "新式样 索河路1号" in said(after)
    assert bytes(before.content) == old
    assert bytes(before.template.content) == STOP_ORDER
    assert after.doc_no == "荥建责停字〔2026〕第002号"


def test_the_folder_may_give_another_number_word_and_name(xingyang, tmp_path):
    case = make_case()
    said_of = json.dumps({"stop_order": {"name": "停工通知书", "number_word": "停字"}})
    templates.load(folder_of(tmp_path, said_of, stop_order=STOP_ORDER), case.region)
    document = issued(case)
    assert (document.doc_no, document.name) == ("荥建停字〔2026〕第001号", "停工通知书")


def test_loading_the_same_folder_again_changes_nothing(xingyang):
    region = Region.objects.get()
    assert len(templates.load(templates.DEFAULTS, region)) == 12
    assert templates.load(templates.DEFAULTS, region) == []
    assert DocumentTemplate.objects.count() == 12


def test_one_faulty_file_keeps_the_whole_folder_out_and_every_fault_is_named(xingyang, tmp_path):
    folder = folder_of(
        tmp_path, stop_order=asking("{{ x }}"), prior_notice=b"", letter=STOP_ORDER, rectify_order=STOP_ORDER
    )
    with pytest.raises(templates.FaultyTemplates) as refused:
        templates.load(folder, Region.objects.get())
    assert [fault.split(",")[0] for fault in refused.value.faults] == [
        "letter.docx: its name is none of the kinds: report_register",
        "prior_notice.docx: the file is empty",
        "stop_order.docx: there is no placeholder “x”",
    ]
    assert DocumentTemplate.objects.count() == 0


@pytest.mark.parametrize(
    "described", ["no json", "[]", '{"stop_order": {"name": 3}}', '{"stop_order": {"number_word": ""}}']
)
def test_a_description_that_cannot_be_read_is_a_fault(tmp_path, described, db):
    with pytest.raises(templates.FaultyTemplates, match=r"documents\.json"):
        templates.check(folder_of(tmp_path, described, stop_order=STOP_ORDER))


def test_what_word_leaves_beside_an_open_file_is_passed_over(tmp_path, db):
    (tmp_path / "~$op_order.docx").write_bytes(b"x")
    assert len(templates.check(folder_of(tmp_path, stop_order=STOP_ORDER))) == 1


def command(*given, **options):
    out, err = StringIO(), StringIO()
    call_command("load_templates", *given, stdout=out, stderr=err, **options)
    return out.getvalue()


def test_the_command_checks_loads_and_lists(xingyang, tmp_path):
    folder = str(folder_of(tmp_path, stop_order=asking("新式样")))
    assert "no fault found" in command(folder, check=True)
    assert DocumentTemplate.objects.count() == 0
    assert "1 templates are new" in command(folder)
    assert "0 templates are new" in command(folder)
    assert "decision.fine.capital\t" in command(placeholders=True)


def test_the_command_refuses_an_empty_folder_and_an_unknown_region(xingyang, tmp_path):
    with pytest.raises(CommandError, match="1 faults"):
        command(str(tmp_path))
    with pytest.raises(CommandError, match="There is no region 999999"):
        command(region="999999")


def test_a_template_asks_for_nothing_it_was_not_checked_for(xingyang):
    """A row that came by another way than the loader is held to the same rules when it is used."""
    case = make_case()
    DocumentTemplate.objects.create(
        region=case.region, kind="stop_order", name="x", number_word="x", content=asking("{{ x.y }}"), sha256="0" * 64
    )
    with pytest.raises(rendering.TemplateRefused, match=r"x\.y"):
        documents.issue(case, "stop_order", by=None, at=NOVEMBER)
