/** The areas in the shade of their rate; the table beside it says the same in numbers. */

import { byId } from "./elements.mjs";
import { smallMap } from "./small_map.mjs";
import { token } from "./symbols.mjs";

/** Each area's fill by its level, as the table's rows carry it. */
function shade(style) {
  const fill = style.layers.find(({ id }) => id === "areas-fill");
  const rows = [...document.querySelectorAll("[data-area]")].map(({ dataset }) => [dataset.area, token(`rate-${dataset.level}`)]);
  if (fill && rows.length) fill.paint = { "fill-color": ["match", ["get", "code"], ...rows.flat(), token("rate-0")], "fill-opacity": 1 };
}

async function start() {
  const box = byId("history-map");
  if (!box.dataset.region) {
    box.hidden = true;
    return;
  }
  const [west, south, east, north] = box.dataset.region.split(",").map(Number);
  const map = await smallMap(box, { slugs: ["areas"], bounds: [[west, south], [east, north]], own: shade });
  box.hidden = !map;
}

start();
