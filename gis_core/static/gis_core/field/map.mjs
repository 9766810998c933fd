/** 地图 (#map): what is carried, drawn when somebody asks for it. Where nothing can be drawn, and beside the drawing, it
 *  is a list. */

import { element, icon, reducedMotion } from "../elements.mjs";
import { styleSheet } from "../style_sheet.mjs";
import { granted, listen, middle, standpoint } from "./place.mjs";
import * as store from "./store.mjs";
import { nearest, row } from "./today.mjs";
import { stageNow } from "./words.mjs";

const BESIDE = 3; // rows under the map
const CLOSE = 14;
const feature = (geometry, properties, id) => ({ type: "Feature", id, geometry, properties });
const collection = (features) => ({ type: "FeatureCollection", features });
const pointAt = (coordinates) => ({ type: "Point", coordinates });

let page = null; // {root, pack, cases, here, map}
let stop = null;

/** Neighbouring groups differ: their colours come round after the third, as on the large map. */
function areas(pack) {
  const codes = [...new Set(pack.areas.map(({ group }) => group?.code).filter(Boolean))].sort();
  return collection(pack.areas.map(({ code, name, group, geometry }) => feature(geometry, { code, name, turn: group ? codes.indexOf(group.code) % 3 : -1 })));
}

function places(cases) {
  return collection(cases.map((one) => feature(pointAt([one.lon, one.lat]), { no: one.no, stage: stageNow(one) })));
}

function own(style, { token, ring }) {
  const { pack, cases, here } = page;
  const font = { "text-font": ["sans-serif"] };
  const ground = (pack.basemap?.ground ?? []).map((each) => new URL(each, location.origin).href.replaceAll("%7B", "{").replaceAll("%7D", "}"));
  const { sources, layers } = style;
  if (ground.length) {
    sources.ground = { type: "raster", tileSize: 256, maxzoom: 18, tiles: ground, attribution: pack.basemap.credit ?? "" };
    layers.push({ id: "ground", type: "raster", source: "ground" });
  }
  sources.land = { type: "geojson", data: areas(pack) };
  sources.names = { type: "geojson", data: collection(pack.areas.map(({ name, geometry }) => feature(pointAt(middle(geometry)), { name }))) };
  sources.cells = { type: "geojson", data: collection(pack.cells.map(({ code, mine, geometry }) => feature(geometry, { code, mine }))) };
  sources.cases = { type: "geojson", data: places(cases), cluster: true, clusterRadius: 36, clusterMaxZoom: 13 };
  sources.here = { type: "geojson", data: standing(here, ring) };
  layers.push(
    { id: "land", type: "fill", source: "land", paint: { "fill-color": ["match", ["get", "turn"], 0, token("land-1"), 1, token("land-2"), 2, token("land-3"), token("land-none")], "fill-opacity": ground.length ? 0.35 : 1 } },
    { id: "cells", type: "line", source: "cells", paint: { "line-color": token("grid-line"), "line-width": ["case", ["get", "mine"], 2.5, 0.6] } },
    { id: "edges", type: "line", source: "land", paint: { "line-color": token("land-edge"), "line-width": 1.5 } },
    { id: "area-names", type: "symbol", source: "names", layout: { ...font, "text-field": ["get", "name"], "text-size": 13 }, paint: { "text-color": token("land-text"), "text-halo-color": token("land-halo"), "text-halo-width": 1.6 } },
    { id: "accuracy", type: "fill", source: "here", filter: ["==", ["get", "kind"], "accuracy"], paint: { "fill-color": token("accent"), "fill-opacity": 0.18 } },
    { id: "many", type: "circle", source: "cases", filter: ["has", "point_count"], paint: { "circle-radius": ["interpolate", ["linear"], ["get", "point_count"], 2, 14, 100, 24], "circle-color": token("surface"), "circle-stroke-color": token("s-line"), "circle-stroke-width": 1.5 } },
    { id: "many-number", type: "symbol", source: "cases", filter: ["has", "point_count"], layout: { ...font, "text-field": ["to-string", ["get", "point_count"]], "text-size": 13, "text-allow-overlap": true }, paint: { "text-color": token("text") } },
    { id: "one", type: "symbol", source: "cases", filter: ["!", ["has", "point_count"]], layout: { "icon-image": ["concat", "case-", ["get", "stage"]], "icon-allow-overlap": true } },
    { id: "here", type: "circle", source: "here", filter: ["==", ["get", "kind"], "here"], paint: { "circle-radius": 7, "circle-color": token("accent"), "circle-stroke-width": 3, "circle-stroke-color": token("surface") } },
  );
}

function standing(here, ring) {
  if (!here) return collection([]);
  const round = here.accuracy ? [feature({ type: "Polygon", coordinates: ring(here.lon, here.lat, here.accuracy) }, { kind: "accuracy" })] : [];
  return collection([...round, feature(pointAt([here.lon, here.lat]), { kind: "here" })]);
}

function bounds({ pack, here, cases }) {
  const near = here ? nearest(cases, here).slice(0, 5).map(({ kase }) => [kase.lon, kase.lat]) : [];
  const all = near.length ? [[here.lon, here.lat], ...near] : pack.areas.map(({ geometry }) => middle(geometry));
  const [lons, lats] = [all.map(([lon]) => lon), all.map(([, lat]) => lat)];
  return [[Math.min(...lons) - 0.002, Math.min(...lats) - 0.002], [Math.max(...lons) + 0.002, Math.max(...lats) + 0.002]];
}

function rows(found) {
  const list = page.root.querySelector(".near-list");
  list.replaceChildren(...found.map(row));
}

/** The nearest of where one stands, or of the middle of what is shown. */
function beside(number = BESIDE) {
  const from = page.here ?? (page.map && { lon: page.map.getCenter().lng, lat: page.map.getCenter().lat }) ?? null;
  if (from) return rows(nearest(page.cases, from).slice(0, number));
  return rows(page.cases.slice(0, number).map((kase) => ({ kase, metres: 0, bearing: 0 })));
}

function pick(no) {
  const from = page.here ?? { lon: page.map.getCenter().lng, lat: page.map.getCenter().lat };
  rows(nearest(page.cases.filter((one) => one.no === no), from));
  page.root.querySelector(".near-list a")?.focus({ preventScroll: true });
}

function impossible() {
  const frame = page.root.querySelector(".field-map");
  frame.classList.add("impossible");
  frame.replaceChildren(element("p", { class: "note" }, gettext("This browser cannot draw the map. The list is complete without it.")));
  beside(page.cases.length);
}

async function open(frame) {
  const [{ smallMap, ring }, { token }] = await Promise.all([import("../small_map.mjs"), import("../symbols.mjs"), styleSheet(document.body.dataset.mapStyles)]);
  if (!page) return;
  page.map = await smallMap(frame, { slugs: [], bounds: bounds(page), own: (style) => own(style, { token, ring }), more: { maxZoom: 19, fadeDuration: 0 } });
  if (!page.map) return impossible();
  page.map.on("click", "one", (event) => pick(event.features[0].properties.no));
  page.map.on("click", "many", (event) => page.map.easeTo({ center: event.lngLat, zoom: page.map.getZoom() + 2, animate: !reducedMotion() }));
  page.ring = ring;
  frame.classList.add("drawn");
}

function toHere() {
  const { map, here } = page;
  if (map && here) map.easeTo({ center: [here.lon, here.lat], zoom: Math.max(map.getZoom(), CLOSE), animate: !reducedMotion() });
}

function moved(here) {
  if (!page || !here || page.here?.source === "hand") return;
  page.here = { ...here, source: "gps" };
  page.map?.getSource("here")?.setData(standing(page.here, page.ring));
}

function draw() {
  const locate = element("button", { type: "button", class: "map-here", "aria-label": gettext("Show my position") }, icon("locate-fixed"));
  locate.addEventListener("click", toHere);
  const frame = element("div", { class: "field-map", role: "region", "aria-label": gettext("Map of the carried cases") }, element("p", { class: "note" }, gettext("The map is loading. The list below is complete without it.")));
  page.root.replaceChildren(element("div", { class: "map-box" }, frame, locate), element("h2", { class: "visually-hidden" }, gettext("Open cases nearby")), element("ol", { class: "near-list" }));
  const said = [gettext("carried"), page.pack.basemap?.credit].filter(Boolean).join(" · ");
  page.root.append(element("p", { class: "note map-credit" }, `${said} ${new Date(page.pack.at).toLocaleString("sv-SE", { dateStyle: "short", timeStyle: "short" })}`));
  return frame;
}

export const screen = {
  name: "map",
  async show(root) {
    page = { root, pack: await store.meta("pack"), cases: await store.cases(), here: await standpoint(), map: null };
    if (!page.pack) {
      const way = element("a", { class: "button primary", href: "#prepare" }, gettext("Carry now"));
      return root.replaceChildren(element("div", { class: "empty" }, element("h2", {}, gettext("Nothing is carried yet")), element("p", {}, gettext("The map is drawn from what this phone carries: areas, grid and cases.")), way));
    }
    const frame = draw();
    beside();
    if (await granted()) stop = listen(moved);
    await open(frame).catch(() => page && impossible());
  },
  hide() {
    stop?.();
    page?.map?.remove();
    [page, stop] = [null, null];
  },
};
