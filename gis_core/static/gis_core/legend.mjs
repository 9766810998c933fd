/** The legend: switches the map's layers and says how many cases each class has under the filters. */

import { byId, number } from "./elements.mjs";
import { filters, past } from "./query.mjs";

const sets = () => [...byId("legend").querySelectorAll("[data-layer]")];
const box = (set) => set.querySelector("input");

export const known = () =>
  sets().map(({ dataset }) => ({ slug: dataset.layer, minzoom: Number(dataset.minzoom), maxzoom: Number(dataset.maxzoom) }));

/** The layers that belong to a status: ended cases are history, all others are open. */
function followStatus(status) {
  const wanted = { "open-cases": status !== "ended", history: status === "ended" || status === "" };
  for (const set of sets()) if (set.dataset.layer in wanted) box(set).checked = wanted[set.dataset.layer];
}

const count = (set, selector, value) => {
  const place = set.querySelector(selector);
  if (place) place.textContent = value === undefined ? "" : number(value);
};

function fill(summary) {
  const stages = summary.by_stage ?? {};
  const open = Object.entries(stages).reduce((sum, [stage, n]) => sum + (stage === "closed" ? 0 : n), 0);
  const totals = { "open-cases": open, history: stages.closed ?? 0 };
  for (const set of sets()) {
    const counts = set.dataset.layer === "areas" ? summary.by_group : stages;
    count(set, "[data-total]", totals[set.dataset.layer]);
    if (set.dataset.layer === "coverage-gaps") continue;
    for (const entry of set.querySelectorAll(".entry")) count(entry, "[data-count]", counts?.[entry.dataset.value] ?? 0);
  }
  if (past()) unknown(byId("legend").querySelector("[data-stage=overdue] [data-count]"));
}

/** No day gone by knows the deadlines of then, and none is not what was counted. */
function unknown(place) {
  if (place) place.textContent = "–";
}

let running = null;

export async function refresh() {
  running?.abort();
  running = new AbortController();
  try {
    const response = await fetch(`${byId("map").dataset.summary}?${filters()}`, { signal: running.signal });
    if (response.ok) fill(await response.json());
  } catch (error) {
    if (error.name !== "AbortError") fill({});
  }
}

/** Tell the map every switch as it stands. */
export function applyTo(map) {
  for (const set of sets()) {
    set.classList.toggle("off", !box(set).checked);
    map?.show(set.dataset.layer, box(set).checked);
  }
}

export function adoptStatus(map) {
  followStatus(filters().get("status"));
  applyTo(map);
}

/** For a moment a button says what came of it. */
function sayOn(button, sentence) {
  const said = button.querySelector("span");
  const before = said.dataset.before ?? said.textContent;
  said.dataset.before = before;
  said.textContent = sentence;
  setTimeout(() => { said.textContent = before; }, 2000);
}

export const say = (sentence) => sayOn(byId("popout"), sentence);

async function copyLink(button) {
  try {
    await navigator.clipboard.writeText(location.href);
    sayOn(button, gettext("Link copied"));
  } catch {
    sayOn(button, gettext("Copy the address above"));
  }
}

/** `map()` gives the map, or nothing before it is drawn. */
export function start(map) {
  if (matchMedia("(max-width: 1099px), (max-height: 560px)").matches) byId("legend").open = false;
  followStatus(filters().get("status"));
  byId("legend").addEventListener("change", () => applyTo(map()));
  byId("copy-link").addEventListener("click", (event) => copyLink(event.currentTarget));
}

/** The offline map takes the filters and the view. */
export function aimExport(extent) {
  const link = byId("export");
  if (!link) return;
  const asked = filters();
  if (extent) asked.set("bbox", extent);
  link.href = `${link.href.split("?")[0]}?${asked}`;
}
