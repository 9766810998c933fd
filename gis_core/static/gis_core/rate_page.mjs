/** A page with areas or hexagons in the shade of their rate; the table beside the map says the same in numbers. */

import { rateMap } from "./rate_map.mjs";

async function start(box) {
  const map = box.dataset.region ? await rateMap(box, [...document.querySelectorAll("[data-area]")]) : null;
  box.hidden = !map;
}

const box = document.querySelector(".rate-map");
if (box) start(box).catch(() => { box.hidden = true; });
