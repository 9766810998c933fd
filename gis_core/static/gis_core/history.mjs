/** The areas in the shade of their rate, or the hexagons; the table beside it says the same in numbers. */

import { byId } from "./elements.mjs";
import { rateMap } from "./rate_map.mjs";

async function start() {
  const box = byId("history-map");
  const map = box.dataset.region ? await rateMap(box, [...document.querySelectorAll("[data-area]")]) : null;
  box.hidden = !map;
}

start();
