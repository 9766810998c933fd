/** The report page: the map, pasted pairs and names fill the plain form; it works without this file. */

import * as draft from "./draft.mjs";
import { byId, element } from "./elements.mjs";
import { position } from "./position.mjs";

const MOST_BYTES = 20 * 1024 * 1024;
const CLOSE_UP = 16;
// 113.38, 34.78 in any of the separators people paste; the same as the server's.
const PAIR = /^\s*([-+]?\d+(?:\.\d+)?)\s*°?\s*[,;/，；、\s]\s*([-+]?\d+(?:\.\d+)?)\s*°?\s*$/;
const isLon = (value) => value >= 73 && value <= 136;
const isLat = (value) => value >= 3 && value <= 54;

const form = byId("report");
const answer = byId("answer");
const says = byId("map-says");
const field = (name) => byId(`id_${name}`);
let map = null;
let marker = null;

const changed = () => answer.dispatchEvent(new CustomEvent("place-changed"));

function put({ lon, lat, crs, accuracy = "" }) {
  field("lon").value = Number(lon).toFixed(6);
  field("lat").value = Number(lat).toFixed(6);
  if (crs) field("crs").value = crs;
  field("accuracy_m").value = accuracy;
  field("coordinates").value = "";
  changed();
  draft.keep(form);
}

function paste() {
  const found = PAIR.exec(field("coordinates").value);
  if (!found) return false;
  const [first, second] = [found[1], found[2]];
  const latFirst = isLat(Number(first)) && isLon(Number(second));
  [field("lon").value, field("lat").value] = latFirst ? [second, first] : [first, second];
  changed();
  return true;
}

field("coordinates").addEventListener("input", paste);
// What is no pair is said when the field is left, and not while it is being typed.
field("coordinates").addEventListener("change", () => paste() || changed());
for (const name of ["lon", "lat", "crs", "accuracy_m"]) field(name).addEventListener("input", changed);

/** The server converts; what it answers is where the marker stands. */
answer.addEventListener("htmx:afterSwap", () => mark(true));

function mark(follow) {
  const at = answer.querySelector(".answered")?.dataset;
  if (!map) return;
  if (!at) {
    marker.remove();
    return;
  }
  const place = [Number(at.lon), Number(at.lat)];
  marker.setLngLat(place).addTo(map);
  if (follow && !map.getBounds().contains(place)) map.jumpTo({ center: place, zoom: Math.max(map.getZoom(), CLOSE_UP - 2) });
}

async function startMap() {
  const frame = byId("map");
  document.querySelector(".pick-map").hidden = false;
  const edges = frame.dataset.region.split(",").map(Number);
  const bounds = edges.length === 4 ? edges : [73, 18, 135, 54];
  try {
    const [{ smallMap }, { Marker }] = await Promise.all([import("./small_map.mjs"), import("../maplibre/maplibre-gl.mjs")]);
    map = await smallMap(frame, { slugs: ["areas", "open-cases"], bounds, query: "status=open" });
    marker = new Marker({ element: element("div", { class: "spot", "aria-hidden": "true" }) });
  } catch {
    map = null;
  }
  if (!map) return withoutMap(frame);
  map.on("click", ({ lngLat }) => put({ lon: lngLat.lng, lat: lngLat.lat, crs: "wgs84" }));
  map.getCanvas().addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.ctrlKey && !event.metaKey) takeCentre();
  });
  const at = answer.querySelector(".answered")?.dataset;
  if (at) map.jumpTo({ center: [Number(at.lon), Number(at.lat)], zoom: CLOSE_UP });
  return mark(false);
}

function withoutMap(frame) {
  frame.hidden = true;
  for (const part of document.querySelectorAll(".needs-map")) part.hidden = true;
  says.textContent = gettext("This browser cannot draw the map: type the coordinates, or use your position.");
}

function takeCentre() {
  const { lng, lat } = map.getCenter();
  put({ lon: lng, lat, crs: "wgs84" });
}

byId("take-centre").addEventListener("click", () => map && takeCentre());
byId("take-position").addEventListener("click", async ({ currentTarget }) => {
  currentTarget.disabled = true;
  says.textContent = gettext("Looking for your position…");
  try {
    put({ ...(await position()), crs: "wgs84" });
    says.textContent = "";
    map?.setZoom(Math.max(map.getZoom(), CLOSE_UP));
  } catch (error) {
    says.textContent = error.message;
  } finally {
    currentTarget.disabled = false;
  }
});

byId("places").addEventListener("click", (event) => {
  const chosen = event.target.closest(".place-name");
  if (!chosen) return;
  const { box, name, area } = chosen.dataset;
  map?.fitBounds(box.split(",").map(Number), { padding: 16, animate: false });
  const words = { name, area };
  says.textContent = interpolate(
    name === area ? gettext("The map shows %(area)s. Click the exact place.")
      : gettext("“%(name)s” lies in %(area)s, which the map shows now. Click the exact place."), words, true,
  );
  byId("places").replaceChildren();
  byId("find-place").value = name;
  byId("map").scrollIntoView({ block: "nearest" });
});

byId("find-place").addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    byId("places").querySelector(".place-name")?.focus();
  }
});

function preview(file, onUnreadable) {
  const picture = element("img", { src: URL.createObjectURL(file), alt: file.name, title: file.name });
  picture.addEventListener("error", onUnreadable);
  return picture;
}

field("photos").addEventListener("change", ({ currentTarget }) => {
  const shown = byId("chosen-photos");
  for (const picture of shown.querySelectorAll("img")) URL.revokeObjectURL(picture.src);
  shown.replaceChildren(...[...currentTarget.files].map((file) => {
    const row = element("li");
    const refuse = (sentence) => row.replaceChildren(element("span", { class: "field-error" }, interpolate(sentence, [file.name])));
    if (file.size > MOST_BYTES) refuse(gettext("%s is larger than 20 MB"));
    else row.append(preview(file, () => refuse(gettext("%s is not a photo that can be shown"))));
    return row;
  }));
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  event.preventDefault();
  form.requestSubmit(byId("save"));
});

form.addEventListener("submit", (event) => {
  draft.keep(form);
  if (form.dataset.sending) event.preventDefault();
  form.dataset.sending = "yes";
  history.replaceState({ key: field("key").value }, "");
  byId("save").setAttribute("aria-disabled", "true");
});
addEventListener("pageshow", () => {
  delete form.dataset.sending;
  byId("save").removeAttribute("aria-disabled");
});

let pause;
form.addEventListener("input", () => {
  clearTimeout(pause);
  pause = setTimeout(() => draft.keep(form), 300);
});

byId("forget-draft").addEventListener("click", () => {
  clearTimeout(pause);
  draft.forget();
  location.replace(location.pathname);
});

document.querySelector(".find-place").hidden = false;
document.querySelector(".keys").hidden = false;
// Somebody who comes back to a form that was sent sends the same form again, and not a second case.
if (history.state?.key) field("key").value = history.state.key;
const faults = byId("faults");
const given = new URLSearchParams(location.search).has("lon");
if (faults) faults.focus();
else if (!given && draft.restore(form)) {
  byId("draft").hidden = false;
  addEventListener("load", changed);
}
startMap();
