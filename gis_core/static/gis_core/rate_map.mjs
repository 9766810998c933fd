/** Cases by area or by hexagon in shades, with each shade's number written on it; a table beside it says the same. */

import { smallMap } from "./small_map.mjs";
import { token } from "./symbols.mjs";

const LEVELS = [1, 2, 3, 4, 5];
const SHADE = () => ["match", ["get", "level"], ...LEVELS.flatMap((level) => [level, token(`rate-${level}`)]), token("rate-0")];
const LETTERS = () => ["case", [">=", ["get", "level"], 4], token("rate-high-text"), token("rate-low-text")];

/** Each area's fill by its level, as the rows of `table` carry it (`data-area`, `data-level`). */
function shadeAreas(style, rows) {
  const fill = style.layers.find(({ id }) => id === "areas-fill");
  const shades = rows.map(({ dataset }) => [dataset.area, token(`rate-${dataset.level}`)]);
  if (fill && shades.length) fill.paint = { "fill-color": ["match", ["get", "code"], ...shades.flat(), token("rate-0")], "fill-opacity": 1 };
  const name = style.layers.find(({ id }) => id === "areas-name");
  const counts = rows.map(({ dataset }) => [dataset.area, `\n${dataset.count ?? ""}`]);
  if (name && counts.length) name.layout["text-field"] = ["concat", ["get", "name"], ["match", ["get", "code"], ...counts.flat(), ""]];
}

function putHexagons(style, data) {
  const fill = style.layers.find(({ id }) => id === "areas-fill");
  if (fill) fill.paint = { "fill-color": token("rate-0"), "fill-opacity": 1 };
  const names = style.layers.findIndex(({ id }) => id === "areas-name");
  const under = names < 0 ? style.layers.length : names;
  style.sources.hexagons = { type: "geojson", data };
  style.layers.splice(under, 0,
    { id: "hexagons", type: "fill", source: "hexagons", paint: { "fill-color": SHADE(), "fill-opacity": 0.92 } },
    { id: "hexagons-line", type: "line", source: "hexagons", paint: { "line-color": token("muted"), "line-width": 0.8 } },
    { id: "hexagons-edge", type: "line", source: "areas", "source-layer": "areas", paint: { "line-color": token("land-edge"), "line-width": 1 } });
  style.layers.push({
    id: "hexagons-number", type: "symbol", source: "hexagons", minzoom: 10,
    layout: { "text-field": ["to-string", ["get", "cases"]], "text-font": ["sans-serif"], "text-size": 11, "text-padding": 0, "symbol-sort-key": ["-", ["get", "cases"]] },
    paint: { "text-color": LETTERS() },
  });
}

function opensCells(map, list) {
  map.on("click", "hexagons", ({ features }) => location.assign(list + features[0].properties.code));
  map.on("mouseenter", "hexagons", () => { map.getCanvas().style.cursor = "pointer"; });
  map.on("mouseleave", "hexagons", () => { map.getCanvas().style.cursor = ""; });
}

/** So small a map has no room for every name where it stands: of two that would overlap one moves, or gives way. */
function thinNames(style) {
  const name = style.layers.find(({ id }) => id === "areas-name");
  if (name) Object.assign(name.layout, { "text-overlap": "never", "text-padding": 0, "text-line-height": 1.1 });
}

/**
 * Into `box`, whose `data-region` are the bounds; by hexagons where `data-hexagons` names where to ask for them (a press
 * on one opens `data-cell-list` and its number), else by the areas of `rows`. Null where the browser draws no map. Others' words for it in `more`.
 */
export async function rateMap(box, rows, more = {}) {
  const [west, south, east, north] = box.dataset.region.split(",").map(Number);
  const bounds = [[west, south], [east, north]];
  let own = (style) => shadeAreas(style, rows);
  if (box.dataset.hexagons) {
    const answer = await fetch(box.dataset.hexagons, { headers: { Accept: "application/json" } });
    if (!answer.ok) return null;
    const data = await answer.json();
    own = (style) => putHexagons(style, data);
  }
  const dress = (style) => {
    own(style);
    thinNames(style);
  };
  const map = await smallMap(box, { slugs: ["areas"], bounds, own: dress, more });
  if (map && box.dataset.cellList) opensCells(map, box.dataset.cellList);
  return map;
}
