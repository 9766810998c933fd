/** The table of cells: filters and pages from the server, rows walked, pressed and chosen. */

import { byId, number } from "./elements.mjs";
import { fill } from "./pieces.mjs";

const NAMES = ["status", "area", "q", "due", "silent"];
const form = () => byId("coverage-filters");
const box = () => byId("cells");
const rows = () => [...box().querySelectorAll("tr[data-code]")];
export const row = (code) => (code ? box().querySelector(`tr[data-code="${CSS.escape(code)}"]`) : null);
const link = (found) => found?.querySelector(".cell-name a");

export const chosen = new Set();
let on = "";
let page = 1;
let changed = () => {};

function query() {
  const asked = new URLSearchParams();
  const day = byId("day");
  if (day.value !== day.dataset.today) asked.set("at", day.value);
  for (const name of NAMES) {
    const control = form().elements[name];
    const value = control.type === "checkbox" ? (control.checked ? "1" : "") : control.value.trim();
    if (value) asked.set(name, value);
  }
  if (page > 1) asked.set("page", page);
  return asked;
}

function adopt(asked) {
  for (const name of NAMES) {
    const control = form().elements[name];
    if (control.type === "checkbox") control.checked = Boolean(asked.get(name));
    else control.value = asked.get(name) ?? "";
  }
  page = Number(asked.get("page")) || 1;
}

let running = null;

export async function refresh() {
  running?.abort();
  running = new AbortController();
  byId("list-scroll").setAttribute("aria-busy", "true");
  try {
    await fill(box(), `${box().dataset.url}?${query()}`, running.signal);
    byId("list-scroll").scrollTop = 0;
    settled(false);
  } catch (error) {
    if (error.name !== "AbortError") settled(true);
  }
}

function settled(failed) {
  byId("list-scroll").removeAttribute("aria-busy");
  byId("list-error").hidden = !failed;
  box().hidden = failed;
  dress();
}

/** Marks that the page holds and the server does not. */
function dress() {
  for (const each of rows()) {
    each.querySelector(".pick input").checked = chosen.has(each.dataset.code);
    each.classList.toggle("on", each.dataset.code === on);
  }
  const all = byId("pick-all");
  if (all) all.checked = rows().length > 0 && rows().every((each) => chosen.has(each.dataset.code));
  const status = form().elements.status.value;
  for (const one of document.querySelectorAll(".num")) {
    if (one.dataset.status === status) one.setAttribute("aria-current", "true"); // an empty one would say that it is not
    else one.removeAttribute("aria-current");
  }
  for (const pill of form().querySelectorAll(".pill")) pill.classList.toggle("set", Boolean(pill.querySelector("select").value));
}

/** Take the controls into the address, as a step that Back undoes, and ask for the rows. */
function commit({ first = true } = {}) {
  if (first) page = 1;
  const text = query().toString();
  history.pushState(null, "", location.pathname + (text ? `?${text}` : "") + location.hash);
  refresh();
}

export function mark(code, { reveal = false, focus = false } = {}) {
  on = code;
  dress();
  const found = row(code);
  if (reveal) found?.scrollIntoView({ block: "nearest" });
  if (focus) link(found)?.focus({ preventScroll: true });
}

export function hover(code) {
  for (const each of rows()) each.classList.toggle("hover", each.dataset.code === code);
}

export function walk(step) {
  const all = rows();
  const from = all.findIndex((each) => each.contains(document.activeElement));
  const start = from >= 0 ? from : all.indexOf(row(on));
  link(all[Math.min(Math.max(start + step, 0), all.length - 1)])?.focus();
}

const focused = () => rows().find((each) => each.contains(document.activeElement)) ?? row(on);

function pick(codes, wanted) {
  for (const code of codes) if (wanted) chosen.add(code); else chosen.delete(code);
  tell();
}

export function toggle() {
  const code = focused()?.dataset.code;
  if (code) pick([code], !chosen.has(code));
}

export function clear() {
  const had = chosen.size > 0;
  chosen.clear();
  tell();
  return had;
}

function tell() {
  dress();
  const said = chosen.size
    ? interpolate(ngettext("%(number)s chosen", "%(number)s chosen", chosen.size), { number: number(chosen.size) }, true)
    : gettext("Nothing chosen");
  if (byId("chosen-count")) byId("chosen-count").textContent = said;
  if (byId("chosen-clear")) byId("chosen-clear").hidden = !chosen.size;
  changed(chosen);
}

function pressed(event, onCell) {
  const turned = event.target.closest("[data-page]");
  const cleared = event.target.closest("[data-clear]");
  const cell = event.target.closest("tr[data-code]");
  if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  if (turned) {
    event.preventDefault();
    page = Number(turned.dataset.page);
    commit({ first: false });
  } else if (cleared) {
    event.preventDefault();
    adopt(new URLSearchParams());
    commit();
  } else if (cell && !event.target.closest(".pick")) {
    event.preventDefault();
    onCell(cell.dataset.code, cell.dataset.box);
  }
}

/** `onCell(code, box)`, `onHover(code or "")`, `onChosen(codes)`. */
export function start({ onCell, onHover, onChosen }) {
  changed = onChosen;
  adopt(new URLSearchParams(location.search));
  box().addEventListener("click", (event) => pressed(event, onCell));
  box().addEventListener("change", ({ target }) => {
    if (target.id === "pick-all") pick(rows().map((each) => each.dataset.code), target.checked);
    else if (target.closest(".pick")) pick([target.closest("tr").dataset.code], target.checked);
  });
  box().addEventListener("pointerover", (event) => onHover(event.target.closest("tr[data-code]")?.dataset.code ?? ""));
  box().addEventListener("pointerleave", () => onHover(""));
  box().addEventListener("focusin", (event) => onHover(event.target.closest("tr[data-code]")?.dataset.code ?? ""));
  byId("list-retry").addEventListener("click", refresh);
  form().addEventListener("submit", (event) => { event.preventDefault(); commit(); });
  form().addEventListener("change", ({ target }) => {
    if (target.id === "day") form().submit();
    else if (target.name) commit();
  });
  let typing = 0;
  byId("cell-search").addEventListener("input", () => {
    clearTimeout(typing);
    typing = setTimeout(commit, 300);
  });
  for (const one of document.querySelectorAll(".num")) {
    one.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      const select = form().elements.status;
      select.value = select.value === one.dataset.status ? "" : one.dataset.status;
      commit();
    });
  }
  byId("most-at-risk")?.addEventListener("click", ({ currentTarget }) => {
    chosen.clear();
    pick(currentTarget.dataset.codes.split(","), true);
  });
  byId("chosen-clear")?.addEventListener("click", clear);
  addEventListener("popstate", () => {
    adopt(new URLSearchParams(location.search));
    refresh();
  });
  dress();
}
