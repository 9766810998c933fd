"""Personal data of a case as a page or an answer shows them: masked, unless somebody asked for just these."""

from cases import identity
from cases.models import Case, Party, Reporter

PARTY = ("name", "uscc", "id_no", "legal_representative", "phone", "address")
REPORTER = ("name", "phone", "note")


def party(one: Party, *, unmasked=False) -> dict:
    """Words of a party; a firm's own name, code and seat are public and never masked."""
    values = {name: getattr(one, name) for name in PARTY}
    fields = () if unmasked else identity.NATURAL if one.is_natural else identity.OF_A_FIRM
    told = {"id": one.pk, "kind": one.kind, "kind_label": one.get_kind_display(), "is_natural": one.is_natural}
    return {**told, **identity.masked(values, fields), "masked": not unmasked}


def reporter(one: Reporter | None, *, unmasked=False) -> dict | None:
    if one is None:
        return None
    values = {name: getattr(one, name) for name in REPORTER}
    return {**identity.masked(values, () if unmasked else REPORTER), "masked": not unmasked}


def parties(case: Case, shown: int | None = None) -> list[dict]:
    """Every party of the case; the one with the key `shown` as it is."""
    return [party(one, unmasked=one.pk == shown) for one in case.parties.all()]
