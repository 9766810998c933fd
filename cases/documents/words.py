"""How values are written in a document: Chinese dates, amounts in figures and capitals, areas in m² and 亩.

Everything becomes a text in the form of its sample (`sample.json`); what is missing becomes the empty text.
"""

import re
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

import cn2an
from django.utils import timezone

SQUARE_METRES_PER_MU = Decimal(2000) / 3
# XML 1.0 has no place for most of these; the marks of writing direction would show a text in another order.
DROPPED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")
YES, NO = "是", "否"


class UnknownPart(ValueError):
    """Something was given for a place that no document has; `field` names it."""

    def __init__(self, field: str):
        super().__init__(field)
        self.field = field


def shaped(value, sample, path=""):
    """`value` as texts in the shape of `sample`; parts that are missing are empty."""
    if isinstance(sample, list):
        return [shaped(one, sample[0], path) for one in value or ()]
    if isinstance(sample, dict):
        return _shaped_dict(value, sample, path)
    return text(value, sample)


def _shaped_dict(value, sample, path):
    if not isinstance(value, dict):
        value = in_parts(value, sample) if value is not None else {}
    for key in value.keys() - sample.keys():
        raise UnknownPart(f"{path}{key}")
    return {key: shaped(value.get(key), part, f"{path}{key}.") for key, part in sample.items()}


def in_parts(value, sample) -> dict:
    """A single value where a document shows several parts of it: yuan, square metres, a person, a row."""
    if "capital" in sample:
        return money(value)
    if "mu" in sample:
        return area(value)
    if "cert_no" in sample:
        return {"name": value, "cert_no": value.officer_cert_no, "unit": value.unit}
    return {key: getattr(value, key, None) for key in sample}


def text(value, sample="") -> str:
    """A moment is written with its hour where the sample has one."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return YES if value else NO
    if isinstance(value, datetime):
        value = timezone.localtime(value) if timezone.is_aware(value) else value
        return moment(value) if "时" in sample else day(value)
    if isinstance(value, date):
        return day(value)
    return DROPPED.sub("", str(value).replace("\r\n", "\n").replace("\r", "\n")).strip()


def inline(sentence: str) -> str:
    """Without its last stop: the template goes on behind it."""
    return sentence.strip().rstrip("。；;，,")


def stopped(sentence: str) -> str:
    """With a stop at its end; nothing stays nothing."""
    return sentence.strip() and f"{inline(sentence)}。"


def day(value: date) -> str:
    return f"{value.year}年{value.month}月{value.day}日"


def moment(value: datetime) -> str:
    return f"{day(value)}{value.hour}时{value.minute:02}分"


def money(yuan) -> dict[str, str]:
    """Yuan, rounded to the cent, in figures and in the capitals (大写金额) that cannot be altered by a stroke."""
    cents = Decimal(str(yuan)).quantize(Decimal("0.01"), ROUND_HALF_UP)
    return {"figures": f"{cents:,}", "capital": cn2an.an2cn(f"{cents:f}".removesuffix(".00"), "rmb")}


def area(square_metres) -> dict[str, str]:
    """1 亩 = 666.67 m², shown to a hundredth."""
    exact = Decimal(str(square_metres))
    return {"m2": f"{exact:,.2f}".removesuffix(".00"), "mu": f"{exact / SQUARE_METRES_PER_MU:,.2f}"}
