"""Numbers that identify, checked; and personal data as they are shown to whoever did not ask for them."""

import re

from django.utils.translation import gettext as _
from stdnum.cn import ric, uscc
from stdnum.exceptions import ValidationError


class BadNumber(ValueError):
    """The number cannot be: length, region or check digit is wrong."""


def credit_code(text: str) -> str:
    """统一社会信用代码 (GB 32100-2015), eighteen characters, as the register writes it."""
    try:
        return uscc.validate(text)
    except ValidationError as error:
        raise BadNumber(_("This is no unified social credit code: eighteen characters with a check digit.")) from error


def id_number(text: str) -> str:
    """居民身份证号 (GB 11643-1999), eighteen characters."""
    try:
        return ric.validate(text)
    except ValidationError as error:
        raise BadNumber(_("This is no identity number: eighteen characters with a check digit.")) from error


HIDDEN = "***"
# The administrative part of an address says where; what follows says whose door.
DISTRICT = re.compile(r".*?[省市区县旗].*?(?:街道|[镇乡])|.*[省市区县旗]|.*?(?:街道|[镇乡])")
NATURAL = ("name", "id_no", "legal_representative", "phone", "address")
OF_A_FIRM = ("id_no", "legal_representative", "phone")  # persons behind it; its name, code and seat are public


def masked_name(name: str) -> str:
    """王小明 → 王某某: the first character, and one or two that stand for the rest."""
    name = name.strip()
    return name and name[0] + "某" * max(1, min(2, len(name) - 1))


def masked_id(number: str) -> str:
    """The first four of eighteen say the prefecture, the last two tell homonyms apart."""
    return _middle_hidden(number.strip(), 4, 2)


def masked_phone(number: str) -> str:
    """138 0000 1234 → 138****1234."""
    return _middle_hidden("".join(filter(str.isalnum, number)), 3, 4)


def masked_address(address: str) -> str:
    """Down to the township; of an address without one nothing."""
    found = DISTRICT.match(address.strip())
    return address and (found[0] if found else "") + HIDDEN


def _middle_hidden(text: str, first: int, last: int) -> str:
    """A text too short to hide at least as much as it shows is hidden whole."""
    hidden = len(text) - first - last
    return text and (text[:first] + "*" * hidden + text[-last:] if hidden >= 4 else HIDDEN)


MASKS = {
    "name": masked_name,
    "legal_representative": masked_name,
    "id_no": masked_id,
    "phone": masked_phone,
    "address": masked_address,
    "note": lambda note: note and HIDDEN,
}


def masked(values: dict, fields) -> dict:
    """The same words, those in `fields` masked; an empty one stays empty."""
    return {name: MASKS[name](value) if name in fields else value for name, value in values.items()}
