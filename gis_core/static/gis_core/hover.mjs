/** The card beside the symbol under the pointer: what it is, before anybody presses. The list says the same. */

import { byId } from "./elements.mjs";
import { brief, fetchCase } from "./panels.mjs";

const PAUSE = 150; // ms: long enough to cross a symbol, and to reach the card from it
const AWAY = 14; // pixels between symbol and card

const card = () => byId("hover-card");
let wanted = "";
let timer = 0;

/** `caseNo` under the pointer, "" for none; `at` is its pixel in the map's box. */
export function point(caseNo, at) {
  if (caseNo === wanted || !matchMedia("(hover: hover)").matches) return;
  wanted = caseNo;
  clearTimeout(timer);
  timer = setTimeout(caseNo ? () => show(caseNo, at) : hide, PAUSE);
}

/** Whether there was a card to take away. */
export function hide() {
  clearTimeout(timer);
  wanted = "";
  const shown = !card().hidden;
  card().hidden = true;
  return shown;
}

async function show(caseNo, at) {
  let parts;
  try {
    parts = brief(await fetchCase(caseNo));
  } catch {
    return; // a press on the symbol says what went wrong
  }
  if (wanted !== caseNo) return;
  card().replaceChildren(...parts);
  card().hidden = false;
  place(at);
}

/** Right of and below the symbol; on the other side where the map ends. */
function place({ x, y }) {
  const { offsetWidth: width, offsetHeight: height, offsetParent: frame } = card();
  const beside = (at, size, room) => (at + AWAY + size > room ? Math.max(at - AWAY - size, 0) : at + AWAY);
  card().style.left = `${beside(x, width, frame.clientWidth)}px`;
  card().style.top = `${beside(y, height, byId("map").clientHeight)}px`;
}

export function start() {
  card().addEventListener("pointerenter", () => clearTimeout(timer));
  card().addEventListener("pointerleave", hide);
}
