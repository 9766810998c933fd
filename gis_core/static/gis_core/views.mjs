/** Saved views: each leads to its filters without a new page, shows how many cases it holds, and is arranged here. */

import { byId } from "./elements.mjs";
import * as query from "./query.mjs";

const PATIENCE = 5000; // ms between two counts: they are for orientation, the list is live
const box = () => byId("views");
let asked = 0;
let waiting = 0;

async function replaceWith(address, options = {}) {
  const response = await fetch(address, { ...options, headers: { "HX-Request": "true" } });
  if (!response.ok && response.status !== 400) throw new Error(`${response.status}`);
  const wasOpen = byId("views-dialog")?.open;
  htmx.swap(box(), await response.text(), { swapStyle: "innerHTML" });
  if (wasOpen) open();
  mark();
}

/** The counts anew; often asked for, seldom done, and never under an open dialog. */
export function refresh() {
  if (byId("views-dialog").open || waiting) return;
  const wait = Math.max(0, asked + PATIENCE - Date.now());
  waiting = setTimeout(() => {
    waiting = 0;
    asked = Date.now();
    if (!byId("views-dialog").open) replaceWith(box().dataset.url).catch(() => {});
  }, wait);
}

function open() {
  byId("view-query").value = query.ordered().toString();
  byId("views-dialog").showModal();
}

/** The view whose filters are the present ones is the one that is seen; its order counts where it has one. */
function mark() {
  for (const link of box().querySelectorAll("[data-query]")) {
    const its = new URLSearchParams(link.dataset.query);
    if (!its.has("status")) its.set("status", "open");
    if (sorted(its) === sorted(its.has("ordering") ? query.ordered() : query.filters())) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
}

const sorted = (asked) => {
  const copy = new URLSearchParams(asked);
  copy.sort();
  return copy.toString();
};

async function submit(event) {
  const form = event.target.closest("form[method=post]");
  if (!form) return;
  event.preventDefault();
  const body = new FormData(form, event.submitter);
  await replaceWith(form.action, { method: "POST", body }).catch(() => form.submit());
}

export function start() {
  box().addEventListener("click", (event) => {
    const link = event.target.closest("[data-query]");
    if (event.target.closest("#views-open")) open();
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    query.adoptQuery(link.dataset.query);
  });
  box().addEventListener("submit", submit);
  query.onChange(mark);
  mark();
}
