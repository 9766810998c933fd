/** A patrol plan: stops moved by drag and by Alt+↑/↓ through the same forms as the buttons, and the map beside. */

import { styleSheet } from "./style_sheet.mjs";

const ROUTES = 6; // colours, then they begin anew; the letter tells them apart in any case
const frame = document.getElementById("plan-map");
const plan = () => document.getElementById("plan");
let map, markers = [], moved = null;

document.body.classList.add("scripted");

/** Press one of a stop's own buttons: one way of changing for hand, key and mouse. */
function press(stop, name, value) {
  const form = stop.querySelector("form");
  const button = form?.querySelector(`button[name=do][value=${value}]`);
  if (!button) return;
  moved = { stop: stop.id, name };
  button.click();
}

document.addEventListener("keydown", (event) => {
  const stop = event.altKey && event.target.closest?.(".stop");
  const value = { ArrowUp: "up", ArrowDown: "down" }[event.key];
  if (!stop || !value) return;
  event.preventDefault();
  press(stop, value, value);
});

document.addEventListener("change", (event) => {
  const stop = event.target.matches(".stop-acts select") && event.target.closest(".stop");
  if (stop) press(stop, "give", "give");
});

/* Dragging: onto a stop is before it, onto a route is last. */
let dragged = null;

const target = (event) => ({ stop: event.target.closest?.(".stop"), list: event.target.closest?.(".route")?.querySelector(".stops") });

function unmark() {
  for (const one of document.querySelectorAll(".stop.before, .stops.over")) one.classList.remove("before", "over");
}

document.addEventListener("dragstart", (event) => {
  dragged = event.target.closest?.(".stop[draggable=true]");
  if (dragged?.querySelector("input[id]:focus")) dragged = null; // a hand that selects words of the note
  if (!dragged) return;
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", dragged.dataset.stop);
  dragged.classList.add("dragged");
});

document.addEventListener("dragover", (event) => {
  const { stop, list } = target(event);
  if (!dragged || !list) return;
  event.preventDefault();
  unmark();
  if (stop && stop !== dragged) stop.classList.add("before");
  else list.classList.add("over");
});

document.addEventListener("drop", (event) => {
  const { stop, list } = target(event);
  if (!dragged || !list) return;
  event.preventDefault();
  const others = [...list.querySelectorAll(".stop")].filter((one) => one !== dragged);
  const place = stop && stop !== dragged ? others.indexOf(stop) : others.length;
  const form = dragged.querySelector("form");
  form.append(Object.assign(document.createElement("input"), { type: "hidden", name: "place", value: place }));
  const select = form.elements.namedItem("route");
  select.value = list.dataset.route;
  press(dragged, "give", "give");
});

document.addEventListener("dragend", () => {
  dragged?.classList.remove("dragged");
  dragged = null;
  unmark();
});

/** Focus goes on with what was moved: to the same button, or to the stop's first where that is gone. */
document.addEventListener("htmx:afterSettle", () => {
  if (moved) {
    const stop = document.getElementById(moved.stop);
    (stop?.querySelector(`[id^=${moved.name}-]`) ?? stop?.querySelector("button"))?.focus();
    stop?.scrollIntoView({ block: "nearest" });
    moved = null;
  }
  if (map) show();
});

async function shape() {
  const answer = await fetch(frame.dataset.shape, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(answer.statusText);
  return answer.json();
}

const colourOf = (number) => (number ? `route-${((number - 1) % ROUTES) + 1}` : "line-control");

function mark(Marker, feature) {
  const { stop, number, letter, order, label, person, done_at } = feature.properties;
  const button = Object.assign(document.createElement("button"), {
    type: "button", className: `letter l${number}${done_at ? " is-done" : ""}`, textContent: `${letter}${order}`,
    ariaLabel: `${letter}${order} ${label}${person ? `, ${person}` : ""}`,
  });
  button.addEventListener("click", () => {
    const row = document.getElementById(`stop-${stop}`);
    row?.scrollIntoView({ block: "center" });
    row?.querySelector("button, a")?.focus();
  });
  return new Marker({ element: button }).setLngLat(feature.geometry.coordinates).addTo(map);
}

let drawn = { type: "FeatureCollection", features: [] };
let tools = null;

async function show() {
  drawn = await shape();
  map.getSource("plan").setData({ type: "FeatureCollection", features: coloured() });
  remark();
}

function remark() {
  for (const marker of markers) marker.remove();
  markers = drawn.features.filter((one) => one.properties.kind === "stop").map((one) => mark(tools.Marker, one));
}

const coloured = () => drawn.features.map((one) => ({
  ...one, properties: { ...one.properties, colour: tools.token(colourOf(one.properties.number)) },
}));

function boundsOf(features) {
  const pairs = features.filter((one) => one.properties.kind !== "ground").flatMap((one) =>
    one.geometry.type === "Point" ? [one.geometry.coordinates] : one.geometry.coordinates);
  const lons = pairs.map(([lon]) => lon), lats = pairs.map(([, lat]) => lat);
  return [[Math.min(...lons) - 0.004, Math.min(...lats) - 0.004], [Math.max(...lons) + 0.004, Math.max(...lats) + 0.004]];
}

function own({ sources, layers }) {
  sources.plan = { type: "geojson", data: { type: "FeatureCollection", features: coloured() } };
  const of = (kind) => ["==", ["get", "kind"], kind];
  layers.push(
    { id: "plan-ground", type: "fill", source: "plan", filter: of("ground"), paint: { "fill-color": ["get", "colour"], "fill-opacity": 0.18 } },
    { id: "plan-edge", type: "line", source: "plan", filter: of("ground"), paint: { "line-color": ["get", "colour"], "line-width": 1 } },
    { id: "plan-way", type: "line", source: "plan", filter: of("route"), layout: { "line-join": "round" }, paint: { "line-color": ["get", "colour"], "line-width": 3 } },
  );
}

async function draw() {
  const [{ smallMap }, { token }, { Marker }, , found] = await Promise.all([
    import("./small_map.mjs"), import("./symbols.mjs"), import("../maplibre/maplibre-gl.mjs"), styleSheet(frame.dataset.styles), shape(),
  ]);
  tools = { token, Marker };
  drawn = found;
  frame.replaceChildren();
  frame.classList.add("drawn");
  map = await smallMap(frame, { slugs: ["areas"], bounds: boundsOf(drawn.features), own });
  if (!map) return impossible();
  return remark();
}

function impossible() {
  frame.replaceChildren(Object.assign(document.createElement("p"), {
    className: "note", textContent: gettext("This browser cannot draw the map. The list is complete without it."),
  }));
}

addEventListener("load", () => draw().catch(impossible));
