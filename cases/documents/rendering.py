"""A template and its data become a .docx.

A template is foreign code: it is run in Jinja's sandbox, and before that its grammar is held to placeholders,
`if` and `for` over what a document is given. Nothing can be called, and every unknown placeholder is named.
"""

from collections.abc import Iterator
from functools import lru_cache
from io import BytesIO

from django.utils.translation import gettext as _
from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, TemplateError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from cases.documents.sample import SAMPLE

BLANK = "＿＿＿＿"  # to be filled in by hand
PARTS_KEPT = 128  # about ten a template
DEEPEST = 3  # loops within loops; each may be as long as its list
ALLOWED = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Getattr, nodes.For, nodes.If, nodes.CondExpr,
    nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not, nodes.Const,
)  # fmt: skip
LOOP = {"first": "", "last": "", "index": "", "length": ""}


class TemplateRefused(ValueError):
    """The file cannot serve as a template; `faults` are the sentences that say why."""

    field = "template"

    def __init__(self, faults):
        self.faults = list(faults)
        super().__init__("\n".join(self.faults))


class Guarded(ImmutableSandboxedEnvironment):
    """docxtpl asks it for every part of the file (body, headers, footers, notes, properties)."""

    def __init__(self):
        super().__init__(
            autoescape=True,
            undefined=StrictUndefined,
            finalize=lambda value: BLANK if value is None or str(value) == "" else value,
        )

    def from_string(self, source, *_given, **_options):
        return _compiled(source)

    def checked(self, source):
        if faults := sorted(set(_faults(self.parse(source), SAMPLE))):
            raise TemplateRefused(faults)
        return super().from_string(source)


GUARDED = Guarded()


@lru_cache(maxsize=PARTS_KEPT)
def _compiled(source: str):
    """Half of a document's time is its template's compilation: the same part is compiled once a process."""
    return GUARDED.checked(source)


def render(content: bytes, data: dict) -> bytes:
    """The finished .docx; TemplateRefused where the template asks for what no document has."""
    template = DocxTemplate(BytesIO(content))
    try:
        template.render(data, GUARDED)
    except TemplateError as error:
        raise TemplateRefused([_("its placeholders cannot be read: {why}").format(why=error)]) from error
    out = BytesIO()
    template.save(out)
    return out.getvalue()


def _faults(node, known: dict, depth=0) -> Iterator[str]:
    """Sentences about what may not stand in `node`, where `known` are the names that mean something."""
    if not isinstance(node, ALLOWED):
        yield _("“{what}” may not stand in a template: only placeholders, if and for may.").format(
            what=type(node).__name__
        )
    elif isinstance(node, nodes.For):
        yield from _loop_faults(node, known, depth)
    elif isinstance(node, nodes.Name | nodes.Getattr):
        if _sample(node, known) is None:
            yield _("there is no placeholder “{name}”").format(name=_spelled(node))
    else:
        for child in node.iter_child_nodes():
            yield from _faults(child, known, depth)
            if isinstance(node, nodes.Output) and isinstance(_sample(child, known), dict | list):
                yield _("“{name}” has parts: name the one that is meant").format(name=_spelled(child))


def _loop_faults(node, known, depth):
    items = _sample(node.iter, known)
    if not isinstance(items, list) or not isinstance(node.target, nodes.Name) or node.recursive or node.test:
        yield _("“for” may only run over a list of the document: “{name}” is none").format(name=_spelled(node.iter))
        return
    if depth == DEEPEST:
        yield _("at most {most} “for” may stand within each other").format(most=DEEPEST)
        return
    inside = {**known, node.target.name: items[0], "loop": LOOP}
    for child in (*node.body, *node.else_):
        yield from _faults(child, inside, depth + 1)


def _sample(node, known):
    """The sample value that a name or a dotted name stands for; None where there is none."""
    if isinstance(node, nodes.Name):
        return known.get(node.name)
    if isinstance(node, nodes.Getattr) and isinstance(of := _sample(node.node, known), dict):
        return of.get(node.attr)
    return None


def _spelled(node) -> str:
    if isinstance(node, nodes.Getattr):
        return f"{_spelled(node.node)}.{node.attr}"
    return node.name if isinstance(node, nodes.Name) else "…"
