/** The list: the primary control. Its rows come from the server; here they are chosen, refreshed, walked. */

import { byId } from "./elements.mjs";
import { fill } from "./pieces.mjs";
import { filters, order } from "./query.mjs";
import { bringBack, kept } from "./rows.mjs";

export { fill };

const box = () => byId("case-list-box");
const rows = () => [...box().querySelectorAll("[data-case-no]")];
let extent = "";
let chosen = "";

export const row = (caseNo) => box().querySelector(`[data-case-no="${CSS.escape(caseNo)}"]`) ?? kept(caseNo);
export const place = (found) => ({ lon: Number(found.dataset.lon), lat: Number(found.dataset.lat) });

/** What the list asks for: the filters and, while it follows the map, the map's extent. */
export function listQuery() {
  const asked = filters();
  if (order()) asked.set("ordering", order());
  if (extent && byId("follow").checked) asked.set("bbox", extent);
  return asked;
}

export function setExtent(bbox) {
  if (bbox === extent) return;
  extent = bbox;
  if (byId("follow").checked) refresh();
}

let running = null;

export async function refresh() {
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

export function choose(caseNo, { reveal = false, focus = false } = {}) {
  chosen = caseNo;
  for (const each of rows()) each.classList.toggle("on", each.dataset.caseNo === caseNo);
  const found = caseNo && row(caseNo);
  if (!found) return;
  bringBack(found);
  found.classList.add("on");
  if (reveal) found.scrollIntoView({ block: "nearest" });
  if (focus) found.focus({ preventScroll: true });
}

export const chosenRow = () => (chosen ? row(chosen) : null);

export function hover(caseNo) {
  for (const each of rows()) each.classList.toggle("hover", each.dataset.caseNo === caseNo);
}

/** Move the focus by `step` rows from the focused one, or from the chosen one. */
export function walk(step) {
  const all = rows();
  const from = all.indexOf(document.activeElement);
  const start = from >= 0 ? from : all.indexOf(chosenRow());
  const next = all[Math.min(Math.max(start + step, 0), all.length - 1)];
  next?.focus();
}

function settled(failed) {
  byId("list-scroll").removeAttribute("aria-busy");
  byId("list-error").hidden = !failed;
  if (failed) byId("count").textContent = "";
  box().hidden = failed;
}

/** `onChoose(caseNo, place)` for a row pressed, `onHover(caseNo or "", place)` for the pointer. */
export function start({ onChoose, onHover }) {
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
