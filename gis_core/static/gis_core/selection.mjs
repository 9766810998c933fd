/** What is chosen: case numbers with their places, shown on the rows and told to whoever listens. */

import { byId, element, number } from "./elements.mjs";
import * as list from "./list.mjs";
import { filters } from "./query.mjs";
import { send } from "./sending.mjs";

const chosen = new Map(); // case number → { lon, lat }
const listeners = [];
let anchor = ""; // where a range begins: the case that was chosen last
let bar, box;

export const numbers = () => [...chosen.keys()];
export const has = (caseNo) => chosen.has(caseNo);
export const onChange = (listener) => listeners.push(listener);
export const cases = () => [...chosen].map(([caseNo, at]) => ({ caseNo, ...at }));

const rows = () => [...box.querySelectorAll("[data-case-no]")];
const focused = () => document.activeElement?.closest?.("[data-case-no]") ?? boxed(document.activeElement) ?? list.chosenRow();
const boxed = (input) => (input?.matches?.(".pick-case") ? list.row(input.value) : null);

function changed(said = "") {
  dress();
  bar.classList.toggle("some", chosen.size > 0);
  const count = chosen.size ? interpolate(ngettext("%(number)s selected", "%(number)s selected", chosen.size), { number: number(chosen.size) }, true) : "";
  byId("selected-count").textContent = count;
  complain(said);
  for (const listener of listeners) listener();
}

/** What is odd about the last choice: none found, more than can be given, a shape that is none. */
function complain(said) {
  byId("selection-fault").textContent = said;
  byId("selection-fault").hidden = !said;
}

export function toggle(caseNo, at) {
  if (!chosen.delete(caseNo)) chosen.set(caseNo, at);
  anchor = caseNo;
  changed();
}

export function add(found) {
  for (const one of found) chosen.set(one.case_no, { lon: one.lon, lat: one.lat });
  changed();
}

export function drop(gone) {
  for (const caseNo of gone) chosen.delete(caseNo);
  changed();
}

/** Whether there was something to clear. */
export function clear() {
  const some = chosen.size > 0 || !byId("selection-fault").hidden;
  chosen.clear();
  anchor = "";
  changed();
  return some;
}

/** From the case chosen last to this one, in the list's order; without one, this one alone. The server knows those
 *  between that the page does not hold. */
function range(row) {
  const all = rows();
  const [from, to] = [all.findIndex((each) => each.dataset.caseNo === anchor), all.indexOf(row)];
  if (anchor && from < 0) return rangeFromAfar(row);
  const [first, last] = from < 0 ? [to, to] : [Math.min(from, to), Math.max(from, to)];
  for (const each of all.slice(first, last + 1)) chosen.set(each.dataset.caseNo, list.place(each));
  if (from < 0) anchor = row.dataset.caseNo;
  changed();
  return undefined;
}

/** Where the case chosen last has left the list, that is said, and the next range begins here. */
async function rangeFromAfar(row) {
  const { caseNo } = row.dataset;
  const cut = gettext("There are more between: only %(number)s were chosen, from the one chosen before on.");
  const { answer } = await choose({ first: anchor, last: caseNo }, list.listQuery(), cut);
  if (!answer.first) return;
  chosen.set(caseNo, list.place(row));
  anchor = caseNo;
  changed(gettext("The case chosen before is no longer in the list: only this one was chosen."));
}

export function toggleFocused() {
  const row = focused();
  if (row) toggle(row.dataset.caseNo, list.place(row));
}

export function rangeToFocused() {
  const row = focused();
  if (row) range(row);
}

/** The chosen ones, or else the one that has the focus. */
export function numbersOrFocused() {
  const row = focused();
  return chosen.size || !row ? numbers() : [row.dataset.caseNo];
}

/** Ask the server what lies there, under the filters as they stand, and choose it beside what is chosen. `cut` says
 *  that there are more than can be chosen at once. */
export async function choose(shape, asked = filters(), cut = gettext("There are more: only the first %(number)s were chosen.")) {
  bar.setAttribute("aria-busy", "true");
  const told = await send(`${bar.dataset.url}?${asked}`, shape);
  const { ok, answer, why } = told;
  bar.removeAttribute("aria-busy");
  if (!ok) return complain(why), told;
  add(answer.cases);
  if (!answer.count) complain(gettext("No case of these filters lies there."));
  if (answer.more) complain(interpolate(cut, { number: number(answer.limit) }, true));
  return told;
}

/** All that the list shows, further than its rows have been loaded. */
export const chooseListed = () => choose({}, list.listQuery());

/** Each row has a box beside it, whoever has drawn the row, and shows whether it is chosen. */
function dress() {
  for (const row of rows()) {
    const input = row.parentElement.querySelector(":scope > .pick-case") ?? boxFor(row);
    const { caseNo } = row.dataset;
    if (input.value !== caseNo) {
      input.value = caseNo;
      input.setAttribute("aria-label", interpolate(gettext("Select %(number)s"), { number: caseNo }, true));
    }
    input.checked = chosen.has(caseNo);
    row.parentElement.classList.toggle("selected", input.checked);
  }
}

function boxFor(row) {
  const input = element("input", { type: "checkbox", class: "pick-case", value: "" });
  row.parentElement.classList.add("pickable");
  row.before(input);
  return input;
}

function pressed(event) {
  const input = event.target.closest(".pick-case");
  const row = input ? list.row(input.value) : event.target.closest("[data-case-no]");
  if (!row || !(input || event.shiftKey)) return;
  if (event.shiftKey) {
    if (!input) event.preventDefault();
    event.stopPropagation();
    range(row);
  } else toggle(row.dataset.caseNo, list.place(row));
}

export function start() {
  bar = byId("selection");
  box = byId("case-list-box");
  box.addEventListener("click", pressed, true);
  box.addEventListener("mousedown", (event) => event.shiftKey && event.preventDefault()); // no text is marked
  new MutationObserver(dress).observe(box, { childList: true, subtree: true, attributeFilter: ["data-case-no"] });
  dress();
}
