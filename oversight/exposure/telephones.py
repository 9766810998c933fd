"""Telephone numbers in a text: mobile ones in any writing, and landlines, which look like many other numbers."""

import re
from unicodedata import normalize

BETWEEN = re.compile(r"[\s\-–—·.、()（）]+")
MOBILE = re.compile(r"(?<!\d)(?:86)?1[3-9]\d{9}(?!\d)")
LOCAL = r"\d{3,4}[\s\-–—·]?\d{3,4}(?!\d)"
WITH_AREA_CODE = re.compile(rf"(?<![\dA-Za-z.])(?:86[\s\-–—·]*)?\(?0(?:10|2\d|[3-9]\d\d)\)?[\s\-–—·.、/]{{0,3}}{LOCAL}")
WORDS = r"电话|座机|固话|热线|传真|手机|联系方式|致电|拨打|拨|\btel|phone"
CALLED_ONE = re.compile(rf"(?:{WORDS})[^\d]{{0,4}}{LOCAL}", re.IGNORECASE)
# Standing alone, of an exchange: neither an amount nor an area, which have their unit, nor the number of something.
UNITS = r"[万亿]|元|平方|㎡|m|亩|米|吨|%|号|户|人"
ALONE = re.compile(rf"(?:^|(?<=[\s,、;:。()/|]))[2-9]\d{{6,7}}(?!\d|[.,]\d|\s*(?:{UNITS}))", re.MULTILINE)
COUNTED = re.compile(r"[号码字第证元米亩积款额价币¥][\s,、;:。()/|]*$")
DAY = re.compile(r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])")


def stands_in(text: str) -> bool:
    """Whether a telephone number does."""
    plain = normalize("NFKC", text)
    if MOBILE.search(BETWEEN.sub("", plain)) or WITH_AREA_CODE.search(plain) or CALLED_ONE.search(plain):
        return True
    return any(_is_local(plain, found) for found in ALONE.finditer(plain))


def _is_local(text: str, found: re.Match) -> bool:
    return not DAY.fullmatch(found[0]) and not COUNTED.search(text, 0, found.start())
