"""What people write for a value that is chosen from a list: the value itself, its names, and what offices say."""

from collections.abc import Mapping

from django.utils.translation import override


def words_of(enumeration, also: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    """Word, in small letters → the stored value: of the values, their names in both languages, and `also`."""
    found = {value: value for value in enumeration.values}
    for language in ("zh-hans", "en"):
        with override(language):
            found.update({str(member.label).casefold(): member.value for member in enumeration})
    for member in enumeration:
        found.update(dict.fromkeys(also.get(member, ()), member.value))
    return found
