/** The hand-over drawer: each case with its proposed unit and person and why, changed or left out one by one. What
 *  fails stays with its reason and with what was chosen for it; what is done goes, and can be undone for a while. */

import { byId } from "./elements.mjs";
import { fill } from "./list.mjs";
import { token } from "./sending.mjs";
import * as undo from "./undo.mjs";

const drawer = () => byId("drawer");
let before = null; // what had the focus
let handed = () => {};

/** Who hands nothing over has no drawer. */
export const isOpen = () => Boolean(drawer() && !drawer().hidden);
const form = () => byId("drawer-form");
const rowOf = (caseNo) => drawer().querySelector(`[data-case="${CSS.escape(caseNo)}"]`);
const boxes = () => [...form().querySelectorAll("[name=case]")];
const fieldOf = (kind, caseNo) => drawer().querySelector(`[data-${kind}-of="${CSS.escape(caseNo)}"]`);

export async function open(caseNos) {
  if (!isOpen()) before = document.activeElement;
  drawer().hidden = false;
  drawer().setAttribute("aria-busy", "true");
  drawer().focus();
  try {
    // Hundreds of numbers are more than an address holds.
    const look = { method: "POST", body: new URLSearchParams({ look: caseNos.join(" ") }), headers: { "X-CSRFToken": token() } };
    await fill(drawer(), drawer().dataset.url, undefined, look);
    dress();
  } catch {
    drawer().replaceChildren(byId("drawer-lost").content.cloneNode(true));
  }
  drawer().removeAttribute("aria-busy");
  if (drawer().contains(document.activeElement) || document.activeElement === document.body) {
    (byId("drawer-go") ?? drawer().querySelector("button"))?.focus();
  }
}

/** Whether it was open. */
export function close() {
  if (!isOpen()) return false;
  drawer().hidden = true;
  drawer().replaceChildren();
  if (before?.isConnected) before.focus({ preventScroll: true });
  return true;
}

function dress() {
  if (!form()) return;
  for (const box of boxes()) crewOf(box.value);
  count();
}

/** The people of the chosen unit alone; the reasons while they are those of the proposal. */
function crewOf(caseNo) {
  const [unit, person] = [fieldOf("unit", caseNo), fieldOf("person", caseNo)];
  for (const option of person.options) {
    option.hidden = option.disabled = Boolean(option.value) && option.dataset.unit !== unit.value;
  }
  if (person.selectedOptions[0]?.disabled) person.value = "";
  for (const [kind, field] of [["unit", unit], ["person", person]]) {
    rowOf(caseNo).querySelector(`[data-why=${kind}]`).hidden = field.value !== field.dataset.proposed;
  }
}

function count() {
  const chosen = boxes().filter((box) => box.checked).length;
  const go = byId("drawer-go");
  go.textContent = interpolate(ngettext("Hand over %(number)s case", "Hand over %(number)s cases", chosen), { number: chosen }, true);
  go.disabled = !chosen;
  for (const box of boxes()) box.closest("li").classList.toggle("left-out", !box.checked);
}

async function submit() {
  const go = byId("drawer-go");
  if (go.disabled) return;
  const sent = new FormData(form());
  go.disabled = true;
  drawer().setAttribute("aria-busy", "true");
  const answer = await post(sent);
  drawer().removeAttribute("aria-busy");
  count();
  if (answer.detail) return fault(answer.detail);
  return settle(answer);
}

async function post(sent) {
  try {
    const response = await fetch(form().action, { method: "POST", body: sent });
    return await response.json();
  } catch {
    return { detail: gettext("The server did not answer. What was chosen is still here; a case is never handed over twice.") };
  }
}

function fault(sentence) {
  byId("drawer-fault").textContent = sentence;
  byId("drawer-fault").hidden = !sentence;
}

function settle({ done, failed }) {
  fault(failed.length ? interpolate(gettext("%(failed)s of %(all)s could not be handed over; why stands with each."), { failed: failed.length, all: failed.length + done.length }, true) : "");
  for (const { case_no: caseNo } of done) rowOf(caseNo)?.remove();
  for (const { case_no: caseNo, why } of failed) {
    const row = rowOf(caseNo);
    row.querySelector("[name=case]").checked = false;
    row.querySelector("[data-fault]").textContent = why;
    row.querySelector("[data-fault]").hidden = false;
  }
  count();
  byId("drawer-again").hidden = !failed.length;
  if (failed.length) byId("drawer-again").focus();
  else if (!boxes().length) close();
  handed(done.map((one) => one.case_no));
  if (done.length) {
    undo.offer({
      said: interpolate(ngettext("%(number)s case handed over", "%(number)s cases handed over", done.length), { number: done.length }, true),
      verb: "withdraw", given: { reason: gettext("Undone right after the hand-over.") }, cases: done,
    });
  }
}

/** Read the cases anew that are still here; what was chosen for each stays chosen. */
async function again() {
  const kept = boxes().map(({ value }) => [value, fieldOf("unit", value).value, fieldOf("person", value).value]);
  const text = byId("drawer-text").value;
  await open(kept.map(([caseNo]) => caseNo));
  drawer().querySelector(".drawer-skipped")?.setAttribute("open", ""); // what can be done no more, and why
  for (const [caseNo, unit, person] of kept) {
    if (!rowOf(caseNo)) continue;
    fieldOf("unit", caseNo).value = unit;
    crewOf(caseNo);
    fieldOf("person", caseNo).value = person;
    crewOf(caseNo);
  }
  if (byId("drawer-text")) byId("drawer-text").value = text;
}

/** `onHanded(case numbers)` after each hand-over. */
export function start({ onHanded }) {
  handed = onHanded;
  if (!drawer()) return;
  drawer().addEventListener("submit", (event) => (event.preventDefault(), submit()));
  drawer().addEventListener("click", (event) => {
    if (event.target.closest("[data-drawer-close]")) close();
    if (event.target.closest("#drawer-again")) again();
  });
  drawer().addEventListener("change", ({ target }) => {
    const caseNo = target.dataset.unitOf ?? target.dataset.personOf;
    if (caseNo) crewOf(caseNo);
    if (target.name === "case") count();
  });
}
