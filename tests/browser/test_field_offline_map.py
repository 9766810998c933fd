"""The map of what is carried, without a line and with nothing left in the browser's own cache."""

HERE = {"longitude": 113.378, "latitude": 34.787, "accuracy": 8}
PHONE = {"width": 360, "height": 740, "has_touch": True, "is_mobile": True}
WHOLE = """async () => {
  const all = await Promise.all((await caches.keys()).map(async (name) => (await caches.open(name)).keys()));
  const kept = all.flat().map(({ url }) => url);
  return ["maplibre-gl.", "maplibre-gl-worker."].every((part) => kept.some((url) => url.includes(part)))
    && Boolean(localStorage.getItem("field-carried"));
}"""


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
