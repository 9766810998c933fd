/** The public's report: the phone's position fills the form; it works without this file. */

import { byId } from "./elements.mjs";
import { position } from "./position.mjs";

const form = byId("public-report");
const says = byId("place-says");
const field = (name) => byId(`id_${name}`);
let mark = () => {}; // where a map is drawn: show a place on it, or with nothing none

function put({ lon, lat, accuracy }) {
  field("lon").value = lon.toFixed(6);
  field("lat").value = lat.toFixed(6);
  field("accuracy_m").value = accuracy ?? "";
  field("crs").value = "wgs84";
  field("coordinates").value = "";
  byId("forget-position").hidden = false;
  mark([lon, lat]);
}

function forget() {
  for (const name of ["lon", "lat", "accuracy_m"]) field(name).value = "";
  byId("forget-position").hidden = true;
  mark();
  says.textContent = "";
}

function say(accuracy) {
  says.textContent = interpolate(gettext("Your position goes along, good to %s metres. The township need not be chosen."), [accuracy]);
}

byId("take-position").addEventListener("click", async ({ currentTarget }) => {
  currentTarget.disabled = true;
  says.textContent = gettext("Looking for your position…");
  try {
    const found = await position();
    put(found);
    say(found.accuracy);
  } catch (error) {
    says.textContent = error.message;
  } finally {
    currentTarget.disabled = false;
  }
});
byId("forget-position").addEventListener("click", forget);
// Numbers that are typed or pasted count only where no position is set.
field("coordinates").addEventListener("input", forget);

form.addEventListener("submit", (event) => {
  if (form.dataset.sending) event.preventDefault();
  form.dataset.sending = "yes";
  byId("send").setAttribute("aria-disabled", "true");
});
addEventListener("pageshow", () => {
  delete form.dataset.sending;
  byId("send").removeAttribute("aria-disabled");
});

const words = () => ({
  "Map.Title": gettext("Map"),
  "Marker.Title": gettext("Chosen place"),
  "NavigationControl.ZoomIn": gettext("Zoom in"),
  "NavigationControl.ZoomOut": gettext("Zoom out"),
  "CooperativeGesturesHandler.WindowsHelpText": gettext("Hold Ctrl and scroll to zoom the map"),
  "CooperativeGesturesHandler.MacHelpText": gettext("Hold ⌘ and scroll to zoom the map"),
  "CooperativeGesturesHandler.MobileHelpText": gettext("Move the map with two fingers"),
});

/** The reviewed ground alone; a click says where. Without it, or where the browser cannot draw, the rest is enough. */
async function drawMap(frame) {
  const [{ Map, Marker, NavigationControl }, { build }] = await Promise.all([import("../maplibre/maplibre-gl.mjs"), import("./style.mjs")]);
  const [region, limits] = [frame.dataset.region, frame.dataset.limits].map((box) => box.split(",").map(Number));
  for (const part of [frame, byId("map-credit")]) part.hidden = false;
  const map = new Map({
    container: frame, style: build({ known: [], query: "", basemap: JSON.parse(frame.dataset.basemap) }), bounds: region,
    maxBounds: limits, minZoom: 9, maxZoom: 18, attributionControl: false, dragRotate: false, cooperativeGestures: true,
    locale: words(),
  });
  map.addControl(new NavigationControl({ showCompass: false }), "bottom-right");
  const marker = new Marker();
  mark = (place) => {
    if (!place) return marker.remove();
    if (!map.getBounds().contains(place)) map.jumpTo({ center: place });
    return marker.setLngLat(place).addTo(map);
  };
  if (field("lon").value && field("lat").value) mark([Number(field("lon").value), Number(field("lat").value)]);
  map.on("click", ({ lngLat }) => {
    put({ lon: lngLat.lng, lat: lngLat.lat });
    says.textContent = gettext("The place on the map goes along. The township need not be chosen.");
  });
}

for (const part of document.querySelectorAll(".own-position")) part.hidden = false;
if (field("lon").value) {
  byId("forget-position").hidden = false;
  say(field("accuracy_m").value || "?");
}
byId("faults")?.focus();
const frame = byId("map");
if (frame) {
  drawMap(frame).catch(() => {
    for (const part of [frame, byId("map-credit")]) part.hidden = true;
  });
}
