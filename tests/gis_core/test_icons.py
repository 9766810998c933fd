"""Icons and symbols: drawn into the page, named for those who cannot see them."""

import pytest
from django.template import Context, Template


def rendered(text):
    return Template("{% load icons %}" + text).render(Context({"name": '"><script>'}))


def test_an_icon_without_a_name_is_hidden_from_screen_readers():
    drawn = rendered('{% icon "search" %}')
    assert 'aria-hidden="true"' in drawn
    assert 'class="icon icon-16"' in drawn
    assert "<circle" in drawn


def test_a_named_icon_is_an_image_with_that_name_as_text():
    drawn = rendered('{% icon "search" label=name size=20 %}')
    assert 'role="img" aria-label="&quot;&gt;&lt;script&gt;"' in drawn


def test_an_icon_that_lucide_lacks_is_an_error():
    with pytest.raises(FileNotFoundError):
        rendered('{% icon "no-such-picture" %}')


def test_every_stage_has_a_symbol_in_the_page():
    sprite = Template('{% include "gis_core/_symbols.html" %}').render(Context())
    for stage in ("overdue", "waiting", "assigned", "working", "check", "closed"):
        assert f'href="#symbol-{stage}"' in rendered(f'{{% symbol "{stage}" %}}')
        assert f'id="symbol-{stage}"' in sprite
