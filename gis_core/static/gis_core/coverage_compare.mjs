/** Coverage of two days on two maps that move together; a cell of the table is shown on both. */

import { CoverageMap } from "./coverage_map.mjs";
import { byId } from "./elements.mjs";
import { together } from "./in_step.mjs";

async function start() {
  const box = byId("compare");
  if (!box) return;
  const letters = Object.fromEntries([...byId("letters").children].map(({ dataset }) => [dataset.class, dataset.letter]));
  const areas = JSON.parse(byId("only-areas").textContent);
  const maps = [];
  for (const place of box.querySelectorAll(".compare-map")) {
    maps.push(await CoverageMap.make(place, box.dataset.region, { days: 0, hidden: [], letters, areas, moment: 0, at: place.dataset.at }, { hash: false }));
  }
  byId("no-map").hidden = maps.every(Boolean);
  if (!maps.every(Boolean)) return;
  together(maps.map(({ map }) => map));
  window.enforcementMaps = maps.map(({ map }) => map);
  const mark = (name, code) => { for (const one of maps) one.mark(name, code); };
  for (const one of maps) one.listen({ onCell: (code) => mark("on", code), onHover: (code) => mark("hover", code) });
  document.addEventListener("click", ({ target }) => {
    const pressed = target.closest("[data-box]");
    if (!pressed) return;
    mark("on", pressed.dataset.code);
    maps[0].go(pressed.dataset.box);
    box.scrollIntoView({ block: "nearest" });
  });
}

start();
