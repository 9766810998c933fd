"""A document as a page: made of the stored .docx itself, so that page and file cannot say two things."""

from io import BytesIO

import mammoth

# The shipped templates' paragraph styles; a template without them is shown plain.
STYLES = """
p[style-name='机关名称'] => p.authority:fresh
p[style-name='文书标题'] => h1:fresh
p[style-name='文书编号'] => p.number:fresh
p[style-name='表上编号'] => p.number:fresh
p[style-name='称谓'] => p.addressee:fresh
p[style-name='文书正文'] => p.text:fresh
p[style-name='小标题'] => h2:fresh
p[style-name='落款'] => p.closing:fresh
p[style-name='签名行'] => p.line:fresh
p[style-name='备注'] => p.note:fresh
p[style-name='表格标签'] => p.label:fresh
p[style-name='表格内容'] => p.value:fresh
p[style-name='表格签名'] => p.signature:fresh
"""


def as_html(content: bytes) -> str:
    """The body of the page; all text is escaped, and what a file says of its own styles is not followed."""
    return mammoth.convert_to_html(
        BytesIO(content), style_map=STYLES, include_embedded_style_map=False, ignore_empty_paragraphs=False
    ).value
