"""The documents of a case: made from replaceable template files, numbered without a gap, served with proof."""

from cases.documents.context import context
from cases.documents.issuing import DocumentRefused, issue, preview, void
from cases.documents.rendering import TemplateRefused
from cases.documents.serving import serve

__all__ = ["DocumentRefused", "TemplateRefused", "context", "issue", "preview", "serve", "void"]
