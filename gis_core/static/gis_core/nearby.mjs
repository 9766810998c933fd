/** The nearby page: asks for the position on a press, and draws the map once the list has been seen. */

import { position } from "./position.mjs";
import { impossible, whenSeen } from "./seen_map.mjs";
import { styleSheet } from "./style_sheet.mjs";

const says = document.querySelector(".locate-says");

async function look(button) {
  button.disabled = true;
  says.textContent = gettext("Looking for your position…");
  try {
    const { lon, lat, accuracy } = await position();
    const query = new URLSearchParams({ lon: lon.toFixed(6), lat: lat.toFixed(6), crs: "wgs84", accuracy });
    if (button.dataset.radius) query.set("radius", button.dataset.radius);
    location.assign(`${location.pathname}?${query}`);
  } catch (error) {
    says.textContent = error.message;
    button.disabled = false;
  }
}

for (const button of document.querySelectorAll("button.locate")) {
  button.hidden = false;
  button.addEventListener("click", () => look(button));
}

const frame = document.getElementById("near-map");

function places() {
  return [...document.querySelectorAll(".near-list a")].map((row) => ({
    type: "Feature",
    geometry: { type: "Point", coordinates: [Number(row.dataset.lon), Number(row.dataset.lat)] },
    properties: { stage: row.dataset.stage, href: row.getAttribute("href") },
  }));
}

async function draw() {
  const { lon, lat, radius, accuracy, styles } = frame.dataset;
  const here = [Number(lon), Number(lat)];
  const [{ smallMap, ring }, { token }] = await Promise.all([
    import("./small_map.mjs"), import("./symbols.mjs"), styleSheet(styles),
  ]);
  const reach = ring(...here, Number(radius));
  const edges = reach[0];
  const own = ({ sources, layers }) => {
    const shape = (type, coordinates, properties) => ({ type: "Feature", geometry: { type, coordinates }, properties });
    const round = [shape("Polygon", reach, { kind: "reach" })];
    if (Number(accuracy)) round.push(shape("Polygon", ring(...here, Number(accuracy)), { kind: "accuracy" }));
    sources.round = { type: "geojson", data: { type: "FeatureCollection", features: round } };
    sources.here = { type: "geojson", data: shape("Point", here, {}) };
    sources.near = { type: "geojson", data: { type: "FeatureCollection", features: places() } };
    const accent = token("accent");
    layers.push(
      { id: "accuracy", type: "fill", source: "round", filter: ["==", ["get", "kind"], "accuracy"], paint: { "fill-color": accent, "fill-opacity": 0.18 } },
      { id: "reach", type: "line", source: "round", filter: ["==", ["get", "kind"], "reach"], paint: { "line-color": accent, "line-dasharray": [3, 3] } },
      { id: "here", type: "circle", source: "here", paint: { "circle-radius": 6, "circle-color": accent, "circle-stroke-width": 3, "circle-stroke-color": token("surface") } },
      { id: "near", type: "symbol", source: "near", layout: { "icon-image": ["concat", "case-", ["get", "stage"]], "icon-allow-overlap": true } },
    );
  };
  const bounds = [[edges[48][0], edges[32][1]], [edges[16][0], edges[0][1]]];
  frame.classList.add("drawn");
  const map = await smallMap(frame, { slugs: ["areas"], bounds, own });
  if (!map) return impossible(frame);
  map.on("click", "near", (event) => location.assign(event.features[0].properties.href));
  return map;
}

if (frame) whenSeen(frame, draw);
