/** The drawer of a grid cell beside the table of cells: opened from a row, its acts done in place, the row kept in
 *  step. Without this script each row leads to a page of its own. */

import { byId } from "./elements.mjs";

const panel = byId("cell-panel");
let before = null; // the link that opened it

async function open(link) {
  mark(link);
  before = link;
  try {
    show(await asked(link.href));
  } catch {
    location.assign(link.href);
    return;
  }
  panel.hidden = false;
  panel.focus();
}

function close() {
  panel.hidden = true;
  panel.replaceChildren();
  mark(null);
  const again = before && document.querySelector(`[data-cell="${CSS.escape(before.dataset.cell)}"]`);
  again?.focus({ preventScroll: true });
}

function mark(link) {
  for (const row of document.querySelectorAll(".people-table tr.on")) row.classList.remove("on");
  link?.closest("tr").classList.add("on");
}

/** What the server says of the cell; a refusal is shown as an answer is. */
async function asked(address, options = {}) {
  const answer = await fetch(address, { ...options, headers: { "HX-Request": "true" } });
  if (!answer.ok && answer.status !== 400) throw new Error(String(answer.status));
  return answer.text();
}

/** The text holds the drawer anew and, once something is done, the row of the table. */
function show(text) {
  const page = new DOMParser().parseFromString(text, "text/html");
  const kept = page.querySelector("template");
  const row = kept?.content.querySelector("tr");
  kept?.remove();
  panel.replaceChildren(...page.body.childNodes);
  if (!row) return;
  byId(row.id)?.replaceWith(row);
  row.classList.add("on");
}

async function submit(form) {
  for (const button of form.querySelectorAll("button")) button.disabled = true;
  try {
    show(await asked(form.action, { method: "POST", body: new FormData(form) }));
  } catch {
    form.submit();
    return;
  }
  const fault = panel.querySelector("[aria-invalid=true], .message.error");
  (fault ?? panel).focus({ preventScroll: true });
  (fault ?? panel.querySelector(".panel-body"))?.scrollIntoView({ block: fault ? "center" : "start" });
}

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-panel-close]")) close();
  const link = event.target.closest("a[data-cell]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  event.preventDefault();
  open(link);
});

panel.addEventListener("submit", (event) => {
  event.preventDefault();
  submit(event.target);
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !panel.hidden) close();
});
