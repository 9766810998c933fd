"""Numbers that identify: the check digits of a unified social credit code and of an identity number."""

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
