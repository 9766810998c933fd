/** The map's style: our own layers on a plain sheet, in the colours of the tokens; no glyph server. */

import { token } from "./symbols.mjs";

export const LAND = ["areas", "grids", "coverage-gaps"];
const SLUGS = ["areas", "grids", "coverage-gaps", "history", "open-cases"];
export const CASE_LAYERS = ["open-cases-one", "open-cases-many", "history-one", "history-many"];
const FONT = ["sans-serif"];

export const tilesOf = (slug, query) => `${location.origin}/tiles/${slug}/{z}/{x}/{y}.mvt${query ? `?${query}` : ""}`;

/** Of all filters the land knows the day alone. */
export function dayOf(query) {
  const day = new URLSearchParams(query).get("at");
  return day ? `at=${day}` : "";
}

function sources(known, query, basemap) {
  const all = {};
  for (const { slug, minzoom, maxzoom } of known) {
    if (!SLUGS.includes(slug)) continue;
    const filtered = slug === "open-cases" || slug === "history";
    const promoteId = filtered ? "case_no" : undefined;
    all[slug] = { type: "vector", tiles: [tilesOf(slug, filtered ? query : dayOf(query))], minzoom, maxzoom, ...(promoteId && { promoteId }) };
  }
  for (const [name, tiles] of Object.entries(basemap)) {
    if (tiles.length) all[name] = { type: "raster", tileSize: 256, maxzoom: 18, tiles: tiles.map((each) => new URL(each, location.origin).href.replaceAll("%7B", "{").replaceAll("%7D", "}")) };
  }
  return all;
}

const layer = (id, slug, type, rest) => ({ id, source: slug, "source-layer": slug, type, metadata: { slug }, ...rest });
const fade = (theirs) => (theirs ? 0.35 : 1);

// Among cases the map shows ground that nobody is to watch; how often it is watched is the coverage page's.
const UNWATCHED = ["in", ["get", "kind"], ["literal", ["gap", "unstaffed"]]];

/** Neighbouring groups differ; as the legend, colours come round after the third. */
function groupColour() {
  const turn = ["%", ["-", ["get", "group_order"], 1], 3];
  return ["case", ["<", ["get", "group_order"], 1], token("land-none"),
    ["match", turn, 0, token("land-1"), 1, token("land-2"), token("land-3")]];
}

function land(onGround) {
  return [
    layer("areas-fill", "areas", "fill", { paint: { "fill-color": groupColour(), "fill-opacity": fade(onGround) } }),
    layer("areas-line", "areas", "line", { paint: { "line-color": token("land-line"), "line-width": 1.5 } }),
    layer("areas-edge", "areas", "line", {
      paint: { "line-color": token("land-edge"), "line-width": 0.6, "line-opacity": 0.7 },
    }),
    layer("gaps-fill", "coverage-gaps", "fill", {
      filter: UNWATCHED,
      paint: { "fill-pattern": ["concat", "gap-", ["get", "kind"]], "fill-opacity": 0.45 },
    }),
    layer("gaps-line", "coverage-gaps", "line", {
      filter: UNWATCHED,
      paint: { "line-color": token("hatch"), "line-width": 1, "line-opacity": 0.7, "line-dasharray": [4, 3] },
    }),
    layer("grids-line", "grids", "line", {
      layout: { visibility: "none" },
      paint: { "line-color": token("grid-line"), "line-width": ["interpolate", ["linear"], ["zoom"], 9, 0.4, 14, 1.2] },
    }),
  ];
}

// Names make way for the cases, which stand above them, yet no further than their own area reaches on the screen:
// up and down while it is small, then sideways too. Where there is no room they stay where they were.
const UP_AND_DOWN = ["center", [0, 0], "top", [0, 0.6], "bottom", [0, -0.6], "top", [0, 1.4], "bottom", [0, -1.4]];
const ASIDE = ["left", [0.8, 0], "right", [-0.8, 0], "top-left", [0.6, 0.6], "top-right", [-0.6, 0.6],
  "bottom-left", [0.6, -0.6], "bottom-right", [-0.6, -0.6]];
const BESIDE = ["step", ["zoom"], ["literal", UP_AND_DOWN], 9.8, ["literal", [...UP_AND_DOWN, ...ASIDE]]];

function label() {
  return layer("areas-name", "areas", "symbol", {
    "source-layer": "areas-labels",
    layout: {
      "text-field": ["get", "name"], "text-font": FONT, "text-padding": 2, "text-max-width": 12,
      "text-variable-anchor-offset": BESIDE, "text-overlap": "always",
      "text-size": ["interpolate", ["linear"], ["zoom"], 9, 11, 12, 14],
    },
    paint: { "text-color": token("land-text"), "text-halo-color": token("land-halo"), "text-halo-width": 1.6 },
  });
}

function short(count) {
  const chinese = document.documentElement.lang !== "en";
  const [unit, word] = chinese ? [10000, "万"] : [1000, "k"];
  const tenths = ["/", ["round", ["/", ["*", count, 10], unit]], 10];
  return ["case", [">=", count, 10000], ["concat", ["to-string", tenths], word], ["to-string", count]];
}

const SINGLE = ["has", "case_no"];
const UPPERMOST = ["match", ["get", "stage"], "overdue", 5, "waiting", 4, "check", 3, "assigned", 2, 1];

function cases(slug) {
  const count = ["get", "count"];
  const history = slug === "history";
  return [
    layer(`${slug}-one`, slug, "symbol", {
      filter: history ? ["any", SINGLE, ["==", count, 1]] : SINGLE,
      layout: {
        "icon-image": history ? "case-closed" : ["concat", "case-", ["get", "stage"]], "icon-allow-overlap": true, "symbol-sort-key": UPPERMOST,
        "icon-size": ["interpolate", ["linear"], ["zoom"], 8, 0.45, 9.6, 0.62, 12, 0.82, 14, 1],
      },
      paint: { "icon-opacity": history ? 0.85 : 1 },
    }),
    layer(`${slug}-many`, slug, "circle", {
      filter: history ? ["all", ["!", SINGLE], [">", count, 1]] : ["!", SINGLE],
      paint: {
        "circle-radius": ["interpolate", ["linear"], ["sqrt", count], 1, 5, 1.4, 9, 10, 13, 100, 20],
        "circle-color": token("surface"), "circle-opacity": 0.94,
        "circle-stroke-color": token(history ? "s-closed" : "s-line"), "circle-stroke-width": 1.5,
      },
    }),
    layer(`${slug}-count`, slug, "symbol", {
      filter: ["all", ["!", SINGLE], [">", count, 1]],
      layout: { "text-field": short(count), "text-font": FONT, "text-size": 11.5, "text-allow-overlap": true },
      paint: { "text-color": token(history ? "muted" : "text") },
    }),
  ];
}

/** `known` are the catalogue's layers this person sees; `basemap` has the addresses of the tiles under and over them. */
export function build({ known, query, basemap = {} }) {
  const made = sources(known, query, basemap);
  const all = [
    { id: "sheet", type: "background", paint: { "background-color": token("water") } },
    { id: "ground", type: "raster", source: "ground" },
    ...land("ground" in made),
    { id: "names", type: "raster", source: "names" },
    label(), ...cases("history"), ...cases("open-cases"),
  ];
  return { version: 8, sources: made, layers: all.filter((each) => !each.source || each.source in made) };
}
