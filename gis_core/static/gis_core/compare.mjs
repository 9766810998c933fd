/** The maps of two days, moved together. */

import { byId } from "./elements.mjs";
import { smallMap } from "./small_map.mjs";

const LAYERS = ["areas", "open-cases", "history"];

/** Each follows the other; the one that follows tells nobody. */
function together(maps) {
  let leading = false;
  for (const map of maps) {
    map.on("move", () => {
      if (leading) return;
      leading = true;
      const view = { center: map.getCenter(), zoom: map.getZoom() };
      for (const other of maps) if (other !== map) other.jumpTo(view);
      leading = false;
    });
  }
}

async function start() {
  const box = byId("compare");
  if (!box) return;
  const [west, south, east, north] = box.dataset.region.split(",").map(Number);
  const bounds = box.dataset.region ? [[west, south], [east, north]] : [[73, 18], [135, 54]];
  const maps = [];
  for (const place of box.querySelectorAll("[data-day]")) {
    maps.push(await smallMap(place, { slugs: LAYERS, bounds, query: `status=&at=${place.dataset.day}` }));
  }
  byId("no-map").hidden = maps.every(Boolean);
  if (maps.every(Boolean)) together(maps);
  window.enforcementMaps = maps;
}

start();
