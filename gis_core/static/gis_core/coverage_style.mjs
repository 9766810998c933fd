/** How coverage looks on a map: class by class in colour, pattern and letter, for each cell's own standard or another. */

import { tilesOf } from "./style.mjs";
import { token } from "./symbols.mjs";

export const SOURCE = "coverage-gaps";
const LETTERS = "coverage-letters"; // a point inside each cell, in one tile alone
const DAY = 86400;
const HOT_SHARE = 1 / 2; // of the round: hot cells are to be seen twice as often
const DUE_SHARE = 4 / 5; // of the round: from here on a cell is due soon
const FIXED = ["gap", "overlap", "unstaffed"]; // whatever the standard
const PATTERNED = ["gap", "unstaffed", "thin", "overlap"];
const NEVER = ["!", ["has", "visit"]];
const KIND = ["get", "kind"];

/**
 * The class of a cell as an expression. `days` is the standard tried for every cell, 0 for each cell's own; `moment`
 * in seconds. The same rules as `cases.coverage`, by which the class of its own standard comes with the tile.
 */
export function classOf(days, moment) {
  if (!days) return ["case", ["all", ["==", KIND, "ok"], ["==", ["get", "due"], 1]], "due", KIND];
  const age = ["-", moment, ["get", "visit"]];
  const over = (share) => ["any", NEVER, [">", age, days * DAY * share]];
  return ["case",
    ["in", KIND, ["literal", FIXED]], KIND,
    ["all", ["==", ["get", "hot"], 1], over(HOT_SHARE)], "hot_unpatrolled",
    over(1), "stale",
    ["==", ["get", "thin"], 1], "thin",
    [">=", age, days * DAY * DUE_SHARE], "due",
    "ok"];
}

const filterOf = ({ kind, hidden, areas }, more) => ["all",
  ["!", ["in", kind, ["literal", hidden]]],
  ...(areas ? [["in", ["get", "area_code"], ["literal", areas]]] : []),
  ...(more ? [more] : [])];

const colour = (kind) => ["match", kind, "gap", "rgba(0,0,0,0)", "overlap", "rgba(0,0,0,0)", "unstaffed", token("c-unstaffed"),
  "hot_unpatrolled", token("c-hot"), "stale", token("c-stale"), "thin", token("c-thin"), "due", token("c-due"), token("c-ok")];

const state = (name, yes, no) => ["case", ["boolean", ["feature-state", name], false], yes, no];

/** The layers for what is shown: `kind` from classOf, `hidden` classes, `letters` by class, `areas` that alone are shown. */
export function layersOf(shown) {
  const { kind, letters } = shown;
  const made = (id, type, rest) => ({ id: `coverage-${id}`, source: SOURCE, "source-layer": SOURCE, type, filter: filterOf(shown), ...rest });
  const lettered = Object.entries(letters).filter(([, letter]) => letter).flat();
  return [
    made("fill", "fill", { paint: { "fill-color": colour(kind), "fill-antialias": false } }),
    made("pattern", "fill", {
      filter: filterOf(shown, ["in", kind, ["literal", PATTERNED]]),
      paint: { "fill-pattern": ["concat", "gap-", kind] },
    }),
    made("line", "line", { paint: { "line-color": token("c-edge"), "line-width": ["interpolate", ["linear"], ["zoom"], 9, 0.5, 13, 1.2] } }),
    made("gap-line", "line", {
      filter: filterOf(shown, ["in", kind, ["literal", ["gap", "overlap"]]]),
      paint: { "line-color": token("c-gap"), "line-width": 1.2, "line-dasharray": [4, 3] },
    }),
    made("chosen", "line", { paint: { "line-color": token("accent"), "line-width": 2, "line-opacity": state("chosen", 1, 0) } }),
    made("over", "line", { paint: { "line-color": token("text"), "line-width": 2.5, "line-opacity": state("on", 1, state("hover", 0.7, 0)) } }),
    made("letter", "symbol", {
      "source-layer": LETTERS,
      filter: filterOf(shown, ["<=", ["get", "least_zoom"], ["zoom"]]),
      layout: {
        "text-field": lettered.length ? ["match", kind, ...lettered, ""] : "", "text-font": ["sans-serif"], "text-padding": 0,
        "text-size": ["interpolate", ["linear"], ["zoom"], 9, 10, 13, 16],
      },
      paint: { "text-color": token("text"), "text-halo-color": token("land-halo"), "text-halo-width": 1.4 },
    }),
  ];
}

/** Put coverage into a style of `build`, under the names of the areas, which letters make way for. `query`: the day, as the tiles take it. */
export function put(style, shown, query) {
  style.sources[SOURCE] = { type: "vector", tiles: [tilesOf(SOURCE, query)], minzoom: 0, maxzoom: 16, promoteId: "code" };
  for (const each of style.layers) if (each.id === "areas-fill") each.paint = { "fill-color": token("land-none") };
  const edge = style.layers.findIndex((each) => each.id === "areas-edge");
  const [line] = edge < 0 ? [] : style.layers.splice(edge, 1);
  const names = style.layers.findIndex((each) => each.id === "areas-name");
  const ours = [...layersOf(shown), ...(line ? [{ ...line, paint: { ...line.paint, "line-width": 1, "line-opacity": 0.8 } }] : [])];
  style.layers.splice(names < 0 ? style.layers.length : names, 0, ...ours);
}

/** Show something else on a map that is there. */
export function repaint(map, shown) {
  for (const { id, filter, paint = {}, layout = {} } of layersOf(shown)) {
    if (!map.getLayer(id)) continue;
    map.setFilter(id, filter);
    for (const name of ["fill-color", "fill-pattern"]) if (name in paint) map.setPaintProperty(id, name, paint[name]);
    if ("text-field" in layout) map.setLayoutProperty(id, "text-field", layout["text-field"]);
  }
}

/** What the legend counts under a standard, from the tally: [age in half minutes (−1: none that reaches), hot, thin, how many]. */
export function countOf(tally, days) {
  const counts = { hot_unpatrolled: 0, stale: 0, thin: 0, due: 0, ok: 0 };
  const halves = days * 2880;
  for (const [age, hot, thin, number] of tally) {
    const over = (share) => age < 0 || age > halves * share;
    const found = hot && over(HOT_SHARE) ? "hot_unpatrolled" : over(1) ? "stale" : thin ? "thin" : age >= halves * DUE_SHARE ? "due" : "ok";
    counts[found] += number;
  }
  return counts;
}
