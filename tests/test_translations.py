"""Every text that a person may read is in Chinese: the catalogues hold what the code says, and all of it."""

import re
import subprocess

import polib
import pytest
from django.conf import settings
from django.utils.translation.template import templatize

ROOT = settings.BASE_DIR
CATALOGUES = {"django": ("*.py", "*.html", "*.txt"), "djangojs": ("*.js", "*.mjs")}
FOLDERS = ("gis_core", "boundaries", "cases", "oversight", "templates")
# As Django's makemessages hands them to xgettext.
WORDS = {
    "django": ("gettext_noop", "gettext_lazy", "ngettext_lazy:1,2", "pgettext:1c,2", "npgettext:1c,2,3",
               "pgettext_lazy:1c,2", "npgettext_lazy:1c,2,3", "_", "gettext", "ngettext:1,2"),
    "djangojs": ("gettext_noop", "_", "gettext", "ngettext:1,2", "pgettext:1c,2"),
}  # fmt: skip
# The Chinese name of the product carries the region, the English one does not.
ADDED = {"Joint enforcement map": ("%(region)s",)}
# Half-width marks beside a Chinese character; the order of a box is written as it is typed.
HALF_WIDTH = re.compile(r"[\u4e00-\u9fff][,;:!?()]|[,;:!?()][\u4e00-\u9fff]|[\u4e00-\u9fff]\.(?:\s|$)")
AS_TYPED = "西,南,东,北"
ENDS = ("。", "！", "？", "：", "…", "）")
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")


def catalogue(domain):
    return polib.pofile(str(ROOT / "locale" / "zh_Hans" / "LC_MESSAGES" / f"{domain}.po"))


def sources(domain, tmp_path):
    """Files to be searched; templates are turned into code by Django's own templatize."""
    for folder in FOLDERS:
        for pattern in CATALOGUES[domain]:
            for path in sorted((ROOT / folder).rglob(pattern)):
                text = path.read_text("utf-8")
                if path.suffix in (".html", ".txt"):
                    text = templatize(text, origin=str(path))
                name = str(path.relative_to(ROOT)).replace("/", "_")
                written = tmp_path / f"{name}.{'js' if domain == 'djangojs' else 'py'}"
                written.write_text(text, "utf-8")
                yield written


def used(domain, tmp_path):
    """(context, msgid) of every text that the code asks to be translated."""
    files = [str(path) for path in sources(domain, tmp_path)]
    out = tmp_path / "used.po"
    language = "JavaScript" if domain == "djangojs" else "Python"
    words = [f"--keyword={word}" for word in WORDS[domain]]
    command = ["xgettext", f"--language={language}", "--from-code=UTF-8", "--output", str(out), *words, *files]
    subprocess.run(command, check=True, capture_output=True)
    return {(entry.msgctxt, entry.msgid) for entry in polib.pofile(str(out))} if out.exists() else set()


@pytest.mark.parametrize("domain", CATALOGUES)
def test_every_text_of_the_code_is_in_the_catalogue(domain, tmp_path):
    known = {(entry.msgctxt, entry.msgid) for entry in catalogue(domain) if not entry.obsolete}
    assert sorted(text for _context, text in used(domain, tmp_path) - known) == []


@pytest.mark.parametrize("domain", CATALOGUES)
def test_every_text_of_the_catalogue_is_translated_and_none_is_a_guess(domain):
    entries = [entry for entry in catalogue(domain) if not entry.obsolete]
    assert [entry.msgid for entry in entries if entry.fuzzy] == []
    assert [entry.msgid for entry in entries if not entry.translated()] == []


@pytest.mark.parametrize("domain", CATALOGUES)
def test_no_translation_loses_or_invents_a_placeholder(domain):
    assert [entry.msgid for entry in catalogue(domain) if not _keeps_placeholders(entry)] == []


def _keeps_placeholders(entry):
    """A plural form may leave one out (Chinese says nothing for "one"); none may hold one that the text has not."""
    wanted = {*PLACEHOLDER.findall(entry.msgid), *PLACEHOLDER.findall(entry.msgid_plural), *ADDED.get(entry.msgid, ())}
    forms = _forms(entry)
    found = [set(PLACEHOLDER.findall(form)) for form in forms]
    return all(form <= wanted if entry.msgid_plural else form == wanted for form in found)


@pytest.mark.parametrize("domain", CATALOGUES)
def test_chinese_has_chinese_punctuation_and_a_sentence_its_stop(domain):
    forms = [(entry.msgid, form) for entry in catalogue(domain) for form in _forms(entry)]
    assert [form for _msgid, form in forms if HALF_WIDTH.search(form.replace(AS_TYPED, ""))] == []
    assert [form for msgid, form in forms if msgid.endswith(".") and not form.endswith(ENDS)] == []


def _forms(entry):
    return entry.msgstr_plural.values() if entry.msgid_plural else [entry.msgstr]


@pytest.mark.parametrize("domain", CATALOGUES)
def test_the_catalogue_compiles(domain, tmp_path):
    path = ROOT / "locale" / "zh_Hans" / "LC_MESSAGES" / f"{domain}.po"
    done = subprocess.run(
        ["msgfmt", "--check", "-o", str(tmp_path / "out.mo"), str(path)], capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr.decode()
