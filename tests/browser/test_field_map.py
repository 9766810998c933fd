"""The map of what is carried: its picture at once, itself without a line and with nothing left in the browser's cache."""

import pytest

HERE = {"longitude": 113.378, "latitude": 34.787, "accuracy": 8}
PHONE = {"width": 360, "height": 740, "has_touch": True, "is_mobile": True}
WHOLE = """async () => {
  const all = await Promise.all((await caches.keys()).map(async (name) => (await caches.open(name)).keys()));
  const kept = all.flat().map(({ url }) => url);
  return ["maplibre-gl.", "maplibre-gl-worker."].every((part) => kept.some((url) => url.includes(part)))
    && Boolean(localStorage.getItem("field-carried"));
}"""
# The middle of what is painted in the accent's colour on the picture, and where the map itself has the person.
DOT = """(accent) => {
  const sheet = document.querySelector(".land-sketch");
  const { data, width } = sheet.getContext("2d").getImageData(0, 0, sheet.width, sheet.height);
  const found = [];
  for (let at = 0; at < data.length; at += 4) {
    if (accent.every((part, nth) => data[at + nth] === part)) found.push([(at / 4) % width, Math.floor(at / 4 / width)]);
  }
  const scale = sheet.width / sheet.clientWidth;
  return [0, 1].map((axis) => (found.reduce((sum, place) => sum + place[axis], 0) / found.length + 0.5) / scale);
}"""
ACCENT = [0x0B, 0x5C, 0xAD]
PROJECTED = "([lon, lat]) => { const { x, y } = window.enforcementMap.project([lon, lat]); return [x, y]; }"


def test_the_picture_is_there_before_the_library_and_shows_the_same_place(visit):
    """Held up, the library leaves the picture; when it came, the map has the person where the picture had."""
    phone = visit("dispatcher1", permissions=["geolocation"], geolocation=HERE, service_workers="block", **PHONE)
    held = []
    phone.page.route("**/maplibre-gl.mjs", lambda route: held.append(route))
    phone.open("/field/")
    phone.page.wait_for_selector(".stand >> text=清单")
    phone.page.click(".field-bar a[href='#map']")
    phone.page.wait_for_selector(".land-sketch")
    drawn = phone.page.evaluate(DOT, ACCENT)
    for route in held:
        route.continue_()
    phone.wait_for_map()
    phone.page.wait_for_selector(".land-sketch", state="detached")
    assert drawn == pytest.approx(phone.page.evaluate(PROJECTED, [HERE["longitude"], HERE["latitude"]]), abs=1)


def test_the_picture_stays_where_the_map_cannot_be_drawn(visit):
    phone = visit("dispatcher1", permissions=["geolocation"], geolocation=HERE, service_workers="block", **PHONE)
    phone.page.route("**/maplibre-gl.mjs", lambda route: route.abort())
    phone.open("/field/")
    phone.page.wait_for_selector(".stand >> text=清单")
    phone.page.click(".field-bar a[href='#map']")
    phone.page.wait_for_selector(".field-map.impossible .note")
    assert phone.page.locator(".land-sketch").count() == 1


def test_the_map_is_drawn_without_a_line(visit):
    """MapLibre by itself asks for its worker outside the service worker's scope."""
    phone = visit("dispatcher1", permissions=["geolocation"], geolocation=HERE, **PHONE)
    phone.open("/field/")
    for _attempt in range(300):
        if phone.page.evaluate(WHOLE):
            break
        phone.page.wait_for_timeout(200)
    else:
        raise AssertionError("The libraries were not kept within a minute.")
    phone.context.new_cdp_session(phone.page).send("Network.clearBrowserCache")
    phone.context.set_offline(True)
    phone.page.goto("about:blank")
    phone.open("/field/#map")
    phone.page.wait_for_selector(".field-map.drawn")
    phone.wait_for_map()
    assert phone.page.locator(".near-list a").count() == 3
    assert not [said for said in phone.complaints if "ERR_INTERNET_DISCONNECTED" not in said]
