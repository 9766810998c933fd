/** For ten seconds what was just done can be undone. The verb that undoes runs for each case on its own, as long as the
 *  case is the version that was left; what cannot be undone is said case by case. */

import { byId, element } from "./elements.mjs";
import { send } from "./sending.mjs";

const SECONDS = 10;
const AT_ONCE = 4; // requests on their way

let offered = null;
let left = 0;
let held = false;
let timer = 0;

const toast = () => byId("toast");

/** `cases` are `{ case_no, version }` as the act left them; `verb` with `given` undoes it. */
export function offer({ said, verb, given, cases }) {
  offered = { verb, given, cases };
  show(said, { undo: true });
}

function show(said, { undo = false, failures = [] } = {}) {
  toast().hidden = false;
  byId("toast-says").textContent = said;
  byId("toast-undo").hidden = !undo;
  byId("toast-failures").replaceChildren(...failures.map(({ caseNo, why }) => element("li", {}, element("b", {}, caseNo), ` ${why}`)));
  byId("toast-failures").hidden = !failures.length;
  clearInterval(timer);
  left = SECONDS;
  tick(0);
  if (!failures.length) timer = setInterval(tick, 1000, 1);
  else byId("toast-left").textContent = "";
}

function tick(gone) {
  if (held) return;
  left -= gone;
  byId("toast-left").textContent = offered ? left : "";
  if (left <= 0) close();
}

export function close() {
  const shown = !toast().hidden;
  clearInterval(timer);
  offered = null;
  held = false;
  toast().hidden = true;
  return shown;
}

/** Undo what is offered, if anything still is. */
export async function now() {
  if (!offered) return;
  const { verb, given, cases } = offered;
  offered = null;
  show(gettext("Undoing…"));
  clearInterval(timer);
  const results = await inTurn(cases, ({ case_no: caseNo, version }) => take(caseNo, version, verb, given));
  const failures = results.filter((one) => one.why);
  const words = { done: results.length - failures.length, all: results.length };
  show(failures.length ? interpolate(gettext("Undone for %(done)s of %(all)s; the others stay as they are:"), words, true)
    : interpolate(ngettext("Undone for %(done)s case", "Undone for %(done)s cases", words.done), words, true), { failures });
}

async function take(caseNo, version, verb, given) {
  const address = `${toast().dataset.cases}${encodeURIComponent(caseNo)}/actions/${verb}/`;
  const { why } = await send(address, given, { "If-Match": `"${version}"` });
  return { caseNo, why };
}

/** A few at a time, the answers in the order of the cases. */
async function inTurn(cases, does) {
  const results = [];
  let next = 0;
  const worker = async () => {
    while (next < cases.length) {
      const mine = next;
      next += 1;
      results[mine] = await does(cases[mine]);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return results;
}

/** A pointer or the focus on the toast holds the time. */
export function start() {
  byId("toast-undo").addEventListener("click", now);
  byId("toast-close").addEventListener("click", close);
  const inside = () => toast().matches(":hover") || toast().contains(document.activeElement);
  for (const name of ["pointerenter", "focusin"]) toast().addEventListener(name, () => { held = true; });
  for (const name of ["pointerleave", "focusout"]) toast().addEventListener(name, () => setTimeout(() => { held = inside(); }));
}
