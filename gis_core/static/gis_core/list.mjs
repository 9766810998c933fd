/** The list: the primary control. Its rows come from the server; here they are chosen, refreshed, walked. */

import { byId } from "./elements.mjs";
import { fill } from "./pieces.mjs";
import { ordered } from "./query.mjs";
import * as windowed from "./rows.mjs";

export { fill };

const box = () => byId("case-list-box");
const rows = () => [...box().querySelectorAll("[data-case-no]")];
let extent = "";
let chosen = "";

export const row = (caseNo) => box().querySelector(`[data-case-no="${CSS.escape(caseNo)}"]`);
export const place = (found) => ({ lon: Number(found.dataset.lon), lat: Number(found.dataset.lat) });

/** What the list asks for: the filters and, while it follows the map, the map's extent. */
export function listQuery() {
  const asked = ordered();
  if (extent && byId("follow").checked) asked.set("bbox", extent);
  return asked;
}

export function setExtent(bbox) {
  if (bbox === extent) return;
  extent = bbox;
  if (byId("follow").checked) refresh();
}

let running = null;
let telling = null;

/** Tell above the list how many cases came into it since it was read; none of its rows moves for them. */
export async function tellNews() {
  if (byId("list-scroll").hasAttribute("aria-busy")) return; // what is read now has them
  telling?.abort();
  telling = new AbortController();
  const { newest, shown } = byId("case-list").dataset;
  const asked = listQuery();
  asked.set("after", newest);
  if (shown) asked.set("of", shown);
  asked.set("left", box().querySelectorAll(".row.left").length);
  try {
    await fill(byId("news"), `${byId("news").dataset.url}?${asked}`, telling.signal);
  } catch (error) {
    if (error.name !== "AbortError") byId("news").replaceChildren();
  }
}

function forgetNews() {
  telling?.abort();
  byId("news").replaceChildren();
}

export async function refresh() {
  forgetNews();
  running?.abort();
  running = new AbortController();
  byId("list-scroll").setAttribute("aria-busy", "true");
  try {
    await fill(box(), `${box().dataset.url}?${listQuery()}`, running.signal);
    byId("list-scroll").scrollTop = 0;
    choose(chosen);
    settled(false);
  } catch (error) {
    if (error.name !== "AbortError") settled(true);
  }
}

/** Mark the case. To `reveal` it brings the list to its row, however far down it stands. */
export async function choose(caseNo, { reveal = false, focus = false } = {}) {
  chosen = caseNo;
  mark();
  if (!caseNo || !(reveal || row(caseNo))) return;
  const found = row(caseNo) ?? (await windowed.bringCase(caseNo));
  if (!found?.isConnected || chosen !== caseNo) return;
  if (reveal) found.scrollIntoView({ block: "nearest" });
  if (focus) found.focus({ preventScroll: true });
}

function mark() {
  for (const each of rows()) each.classList.toggle("on", each.dataset.caseNo === chosen);
}

export const chosenRow = () => (chosen ? row(chosen) : null);

export function hover(caseNo) {
  for (const each of rows()) each.classList.toggle("hover", each.dataset.caseNo === caseNo);
}

/** The row that has the focus, or its box; else the chosen one, else the topmost that is seen. */
function here() {
  const focused = document.activeElement?.closest?.("#case-list > li")?.querySelector("[data-case-no]");
  return focused ?? chosenRow();
}

let aim = null; // where the focus goes as soon as its row is there: keys pressed meanwhile go on from it

async function goTo(position) {
  const mine = Math.min(Math.max(0, position), windowed.size() - 1);
  aim = mine;
  const found = windowed.rowAt(mine) ?? (await windowed.bring(mine));
  if (aim !== mine) return;
  aim = null;
  found?.focus();
}

/** Move the focus by `step` rows; from nowhere to the topmost row that is seen. */
export function walk(step) {
  if (aim !== null) return goTo(aim + step);
  const from = here();
  const start = from ? windowed.positionOf(from) + step : windowed.positionOf(windowed.topRow());
  return goTo(start);
}

const WALKS = {
  Home: () => goTo(0), End: () => goTo(windowed.size() - 1),
  PageUp: () => walk(-windowed.perPage()), PageDown: () => walk(windowed.perPage()),
};

/** In the list, and where nothing has the focus. */
function walkByKey(event) {
  const there = event.target === document.body || event.target === byId("list") || byId("list-scroll").contains(event.target);
  const held = event.ctrlKey || event.metaKey || event.altKey || event.shiftKey;
  if (!there || held || event.defaultPrevented || !WALKS[event.key] || !byId("list").offsetWidth || !rows().length) return;
  event.preventDefault();
  WALKS[event.key]();
}

function settled(failed) {
  byId("list-scroll").removeAttribute("aria-busy");
  byId("list-error").hidden = !failed;
  if (failed) byId("count").textContent = "";
  box().hidden = failed;
}

/** `onChoose(caseNo, place)` for a row pressed, `onHover(caseNo or "", place)` for the pointer. */
export function start({ onChoose, onHover }) {
  windowed.start(listQuery, mark);
  document.addEventListener("keydown", walkByKey);
  box().addEventListener("click", (event) => {
    const pressed = event.target.closest("[data-case-no]");
    const elsewhere = event.ctrlKey || event.metaKey || event.shiftKey || event.button;
    if (!pressed || elsewhere || pressed.dataset.caseNo === chosen) return;
    event.preventDefault();
    onChoose(pressed.dataset.caseNo, place(pressed));
  });
  box().addEventListener("pointerover", (event) => {
    const over = event.target.closest("[data-case-no]");
    onHover(over ? over.dataset.caseNo : "", over && place(over));
  });
  box().addEventListener("pointerleave", () => onHover("", null));
  box().addEventListener("focusin", (event) => {
    const at = event.target.closest("[data-case-no]");
    if (at) onHover(at.dataset.caseNo, place(at));
  });
  byId("list-retry").addEventListener("click", refresh);
  byId("follow").addEventListener("change", refresh);
}
