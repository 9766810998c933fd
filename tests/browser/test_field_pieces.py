"""The pieces of the field application each by itself, in a browser, against an independent answer."""

import base64
import hashlib
import io
import json
import random
import zipfile

import pytest
from shapely.geometry import Point, shape

PIECES = "/static/gis_core/field"
SITE = {"latitude": 34.787, "longitude": 113.378, "accuracy": 8}
AS_BASE64 = """async (blob) => {
  const bytes = new Uint8Array(await blob.arrayBuffer());
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}"""


@pytest.fixture
def page(visit):
    visitor = visit("inspector1", width=360, height=740, permissions=["geolocation", "camera"], geolocation=SITE)
    visitor.open("/nearby/")
    return visitor.page


def test_the_digest_of_a_photo_is_that_of_its_bytes(page):
    """RFC 6234's own example, and 300,000 bytes against hashlib."""
    content = random.Random(6).randbytes(300_000)  # noqa: S311 - a fixed draw, no secret
    script = """async ([module, text]) => {
      const { digest } = await import(module);
      const bytes = Uint8Array.from(atob(text), (one) => one.charCodeAt(0));
      return [await digest(new Blob(["abc"])), await digest(new Blob([bytes]))];
    }"""
    abc, long = page.evaluate(script, [f"{PIECES}/photo.mjs", base64.b64encode(content).decode()])
    assert abc == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert long == hashlib.sha256(content).hexdigest()


CITY = [
    {"code": "T1", "kind": "township", "name": "T1", "group": {"code": "G1"}, "lead_units": [],
     "geometry": {"type": "Polygon", "coordinates": [
         [[113.30, 34.70], [113.40, 34.72], [113.39, 34.80], [113.35, 34.77], [113.31, 34.81], [113.30, 34.70]],
         [[113.33, 34.73], [113.34, 34.73], [113.34, 34.74], [113.33, 34.74], [113.33, 34.73]]]}},
    {"code": "T2", "kind": "township", "name": "T2", "group": {"code": "G2"}, "lead_units": [],
     "geometry": {"type": "MultiPolygon", "coordinates": [
         [[[113.40, 34.72], [113.48, 34.70], [113.47, 34.81], [113.39, 34.80], [113.40, 34.72]]],
         [[[113.33, 34.73], [113.34, 34.73], [113.34, 34.74], [113.33, 34.74], [113.33, 34.73]]]]}},
    {"code": "S1", "kind": "special_area", "name": "S1", "group": {"code": "G2"}, "lead_units": [],
     "geometry": {"type": "Polygon", "coordinates": [
         [[113.42, 34.74], [113.45, 34.74], [113.45, 34.77], [113.42, 34.77], [113.42, 34.74]]]}},
]  # fmt: skip
ASK_GROUND = """async ([module, points, areas]) => {
  const { covers, ground } = await import(module);
  return points.map(([lon, lat]) => [areas.filter((one) => covers(one.geometry, [lon, lat])).map((one) => one.code), ground({ lon, lat, accuracy: 8 }, areas)])
    .map(([inside, said]) => [inside, said.area?.code ?? null, said.sure, said.others.map((one) => one.code)]);
}"""


def ask_ground(page, points):
    return page.evaluate(ASK_GROUND, [f"{PIECES}/ground.mjs", points, CITY])


def test_which_carried_areas_have_a_point_agrees_with_shapely(page):
    """3,000 random points and every corner: a point on the line is in both, on the rim of the hole too."""
    dice = random.Random(21)  # noqa: S311 - a fixed draw, no secret
    points = [[dice.uniform(113.28, 113.5), dice.uniform(34.68, 34.83)] for _ in range(3000)]
    corners = [
        corner for area in CITY for ring in _rings(area["geometry"]) for corner in ring]  # fmt: skip
    for point, (inside, *_rest) in zip(points + corners, ask_ground(page, points + corners), strict=True):
        expected = [area["code"] for area in CITY if shape(area["geometry"]).covers(Point(point))]
        assert inside == expected, point


def _rings(geometry):
    shapes = [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]
    return [ring for one in shapes for ring in one]


def test_the_special_area_goes_first_and_a_border_of_another_group_makes_it_unsure(page):
    """In the special area; in the hole that the other town fills; 11 m and 45 m from the border; outside of all."""
    metre = 1 / 91_400  # of longitude, at this latitude
    west = 113.30 + 0.01 * 0.02 / 0.11  # where the western border of T1 is at 34.72
    points = [
        [113.43, 34.755],
        [113.335, 34.735],
        [west + 11 * metre, 34.72],
        [west + 45 * metre, 34.72],
        [113.2, 34.7],
    ]
    special, hole, edge, inside, outside = ask_ground(page, points)
    assert special[1:] == ["S1", True, []]
    assert hole[1] == "T2"
    assert edge[1:] == inside[1:] == ["T1", True, []], "outside of everything is no other group's border"
    assert outside[1:] == [None, True, []]
    [near] = ask_ground(page, [[113.40 - 0.0001, 34.7200 + 0.0001]])
    assert near[2:] == [False, ["T2"]]


def test_an_export_opens_with_its_bytes_as_they_were(page):
    photo, text = random.Random(3).randbytes(70_000), '{"案": 1}'  # noqa: S311 - a fixed draw, no secret
    script = f"""async ([module, photo, text]) => {{
      const {{ zip }} = await import(module);
      const bytes = Uint8Array.from(atob(photo), (one) => one.charCodeAt(0));
      return ({AS_BASE64})(await zip([{{ name: "records.json", blob: new Blob([text]) }}, {{ name: "photos/全景.jpg", blob: new Blob([bytes]) }}]));
    }}"""
    made = page.evaluate(script, [f"{PIECES}/zip.mjs", base64.b64encode(photo).decode(), text])
    with zipfile.ZipFile(io.BytesIO(base64.b64decode(made))) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == ["records.json", "photos/全景.jpg"]
        assert archive.read("photos/全景.jpg") == photo
        assert json.loads(archive.read("records.json")) == {"案": 1}


TAKE = f"""async ([base]) => {{
  const [camera, photo, fix, store] = await Promise.all(["camera", "photo", "fix", "store"].map((name) => import(`${{base}}/${{name}}.mjs`)));
  await new Promise((resolve) => {{ const stop = fix.follow(() => {{ stop(); resolve(); }}); }});
  window.kept = null;
  const one = new camera.Camera({{
    title: "全景", caseNo: "XY-2026-00001", ghost: await photo.ghostOf("XY-2026-00001", "overall"), limit: 50,
    take: async (blob) => {{
      window.bytes = await ({AS_BASE64})(blob);
      return (window.kept = await photo.take(blob, {{ record: "record-1", slot: "overall" }}));
    }},
    show: (shot, canvas) => photo.stamped(shot, "XY-2026-00001", canvas),
    drop: (shot) => store.removePhoto(shot.id),
  }});
  window.closed = one.open();
}}"""
REFUSED = """() => {
  navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException("no", "NotAllowedError"));
}"""
STORED = """async ([base]) => {
  const { photosOf } = await import(`${base}/store.mjs`);
  return (await photosOf("record-1")).map(({ blob, ...photo }) => ({ ...photo, size: blob.size }));
}"""


def wait_for_picture(page):
    """Asked from outside: the pages' policy allows no eval."""
    for _attempt in range(100):
        if page.evaluate("document.querySelector('.camera video').videoWidth > 0"):
            return
        page.wait_for_timeout(50)
    raise AssertionError("The camera shows no picture.")


def test_a_shot_is_kept_with_place_and_digest_before_it_is_shown_and_retaking_replaces_it(page):
    page.evaluate(TAKE, [PIECES])
    page.wait_for_selector(".camera-stamp:has-text('34.787000')")
    assert page.is_hidden(".camera .ghost")
    wait_for_picture(page)
    page.click(".shutter")
    page.wait_for_selector(".camera canvas.shot:visible")
    [stored] = page.evaluate(STORED, [PIECES])
    original = base64.b64decode(page.evaluate("window.bytes"))
    assert stored["sha256"] == hashlib.sha256(original).hexdigest()
    assert stored["bytes"] == stored["size"] == len(original)
    assert original[:3] == b"\xff\xd8\xff", "the original is the JPEG as it came, without a stamp"
    assert (stored["lon"], stored["lat"], stored["accuracy"]) == (113.378, 34.787, 8)
    page.get_by_role("button", name="重拍").click()
    page.wait_for_selector(".camera video:visible")
    assert page.evaluate(STORED, [PIECES]) == []
    page.click(".shutter")
    page.get_by_role("button", name="用这张").click()
    page.wait_for_selector(".camera", state="detached")
    assert len(page.evaluate(STORED, [PIECES])) == 1


def test_the_last_photo_of_the_same_place_lies_over_the_camera(page):
    page.evaluate(
        """async ([base]) => {
      const { keepDraft } = await import(`${base}/store.mjs`);
      await keepDraft({ key: "record-1", case_no: "XY-2026-00001", updatedAt: "2026-11-20T00:00:00Z" });
    }""",
        [PIECES],
    )
    page.evaluate(TAKE, [PIECES])
    wait_for_picture(page)
    page.click(".shutter")
    page.get_by_role("button", name="用这张").click()
    page.wait_for_selector(".camera", state="detached")
    page.evaluate(TAKE, [PIECES])
    page.wait_for_selector(".camera .ghost:visible")
    page.get_by_role("button", name="叠影").click()
    assert page.is_hidden(".camera .ghost")


def test_a_refused_camera_says_the_steps_and_takes_a_file(page):
    page.evaluate(REFUSED)
    page.evaluate(TAKE, [PIECES])
    page.wait_for_selector(".camera-refused li >> nth=2")
    one_pixel = base64.b64decode(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
    )
    page.set_input_files(".camera input[type=file]", {"name": "a.png", "mimeType": "image/png", "buffer": one_pixel})
    page.get_by_role("button", name="用这张").click()
    [stored] = page.evaluate(STORED, [PIECES])
    assert (stored["name"], stored["sha256"]) == ("a.png", hashlib.sha256(one_pixel).hexdigest())


def test_a_name_typed_with_the_keyboard_counts_as_a_signature(page):
    page.evaluate(
        """async ([base]) => {
      const { Signature } = await import(`${base}/sign.mjs`);
      window.pad = new Signature({ label: "当事人" });
      document.querySelector("main").prepend(window.pad.box);
    }""",
        [PIECES],
    )
    page.keyboard.press("Tab")
    page.get_by_label("当事人").focus()
    page.keyboard.type("张三")
    script = """async () => {
      const { name, typed, blob } = await window.pad.result();
      const picture = await createImageBitmap(blob);
      const pen = new OffscreenCanvas(picture.width, picture.height).getContext("2d");
      pen.drawImage(picture, 0, 0);
      const dark = pen.getImageData(0, 0, picture.width, picture.height).data.filter((value, nth) => nth % 4 === 0 && value < 128).length;
      return [name, typed, blob.type, dark > 200];
    }"""
    assert page.evaluate(script) == ["张三", True, "image/png", True]
    box = page.locator(".pad").bounding_box()
    page.mouse.move(box["x"] + 20, box["y"] + 40)
    page.mouse.down()
    page.mouse.move(box["x"] + 120, box["y"] + 60, steps=5)
    page.mouse.up()
    assert page.evaluate("window.pad.typed") is False
