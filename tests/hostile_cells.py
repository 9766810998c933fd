"""More than a thousand texts that a table must carry and no program may run, and what each is allowed to become."""

import re
from itertools import product

STARTS = ("=", "+", "-", "@", "\t=", "\r=", "\n=", "＝", "＋", "－", "＠", " =", "'=", "  +", "''@", "\t@")
BODIES = (
    "1+1", "SUM(1)", 'HYPERLINK("http://evil","点我")', "cmd|' /C calc'!A0", "DDE(\"cmd\";\"/C calc\";\"x\")",
    'IMPORTXML("http://x")', 'WEBSERVICE("http://x")', "荥阳市索河街道", "A1", "A1:B2", "2+5+cmd|'x'!A0", "@SUM(A1)",
    "\x00x", "\x07铃", "{=1}",
)  # fmt: skip
FORMULAS = [
    f"{start}{body}{mark}" for start, body, mark in product(STARTS, BODIES, ("", "，荥阳", " 施工", "𠮷", "\n第二行"))
]
ODD = [
    *("</t></is></c><c><f>1+1</f></c>", "]]>", "<![CDATA[=1+1]]>", "&lt;f&gt;", "&#61;1+1", "a & b < c > d \" e '"),
    *("_x003D_1+1", "_x000D_", "_x005F_x003D_", "_X0041_", "_x4e00_", "_x00", "工地_x0041_号"),
    *("😀工地", "👩‍🔧巡查", "𠮷野家", "e\u0301", "\u200b=1+1", "\ufeff荥阳", "\u202e=1+1\u202c", "שלום 荥阳", "مرحبا"),
    *("坏\ud800的", "\udfff", "\ud83d\ude00", "\ufffe", "\uffff荥", "\x1b[31m", "\x08\x0b\x0c", "\x7f", "\x85", "\u2028"),
    *("1-2", "3/4", "2026-03-02", "12:30", "1e5", "1E400", "0012", "007", "+86 371 6461", "-", "50%", "￥60000", "1,000"),
    *("TRUE", "真", "#REF!", "#N/A", "NULL", "nan", "0x1F", "1/2/2026", "三月二日", "=", "'", "''", '"', '","', ";", "\t"),
    *("豫A0001", "第一行\n第二行", "第一行\r\n第二行", " 前后有空格 ", "  ", "长" * 32_767, "长" * 40_000, "=" + "1" * 33_000),
]  # fmt: skip
HOSTILE = [*FORMULAS, *ODD]

_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?")
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def runs(text: str) -> bool:
    """Whether some spreadsheet would take it for a formula: by its first letter behind blanks and apostrophes."""
    rest = text.lstrip("' ")
    return bool(rest) and rest[0] in "=+-@\t\r\n＝＋－＠" and not _NUMBER.fullmatch(rest)


def kept(text: str, most: int | None = None) -> str:
    """What has to be read back: an apostrophe before what would run, a sign for what no file may hold, one kind of line
    break, and a sign where it was cut."""
    marked = "'" + text if runs(text) else text
    plain = _NOT_IN_XML.sub("�", marked).replace("\r\n", "\n").replace("\r", "\n")
    return plain if most is None or len(plain) <= most else plain[: most - 1] + "…"
