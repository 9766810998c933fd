/** The maps of two days, moved together. */

import { byId } from "./elements.mjs";
import { together } from "./in_step.mjs";
import { smallMap } from "./small_map.mjs";

const LAYERS = ["areas", "open-cases", "history"];

async function start() {
  const box = byId("compare");
  if (!box) return;
  const [west, south, east, north] = box.dataset.region.split(",").map(Number);
  const bounds = box.dataset.region ? [[west, south], [east, north]] : [[73, 18], [135, 54]];
  const basemap = JSON.parse(box.dataset.basemap);
  const maps = [];
  for (const place of box.querySelectorAll("[data-day]")) {
    maps.push(await smallMap(place, { slugs: LAYERS, bounds, query: `${box.dataset.query}&at=${place.dataset.day}`, basemap }));
  }
  byId("no-map").hidden = maps.every(Boolean);
  if (maps.every(Boolean)) together(maps);
  window.enforcementMaps = maps;
}

start();
