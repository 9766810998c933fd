/** The one query behind list, map and counts: the controls hold it, the address carries it. */

import { byId, element, icon } from "./elements.mjs";

const DEFAULTS = { status: "open" };
const RARER = ["violation", "land_ownership", "confidence", "hold", "overdue", "major", "joint", "unit", "reported_from",
  "reported_to", "grid"];
const NAMES = ["group", "status", "channel", "year", "area", "hexagon", "numbers", "q", "at", "stage", ...RARER];
const ORDER = "ordering"; // the list's alone: neither map nor counts know one
const form = () => byId("filters");
const search = () => byId("search");
const control = (name) => (name === "q" ? search() : form().elements[name]);
const listeners = [];

/** All filters, the default status spelled out and empty ones left out (an empty status means every state). */
export function filters() {
  const asked = new URLSearchParams();
  for (const name of NAMES) {
    const value = control(name).value.trim();
    if (value || name in DEFAULTS) asked.set(name, value);
  }
  return asked;
}

/** The day gone by that everything is shown of; empty for today. */
export const past = () => control("at").value;

export function showDay(day, { replace = false } = {}) {
  if (day === past()) return;
  control("at").value = day;
  if (day) control("stage").value = ""; // the classes are those of now
  commit({ replace });
}

/** How the list is ordered; empty for newest first. */
export const order = () => control(ORDER).value;

export const onChange = (listener) => listeners.push(listener);

/** The address of these filters; what is as usual stays out of it, unless nothing else is in it: an address without a
 *  word opens the person's own view. */
function address() {
  const shown = filters();
  for (const [name, usual] of Object.entries(DEFAULTS)) if (shown.get(name) === usual) shown.delete(name);
  if (order()) shown.set(ORDER, order());
  const text = shown.toString() || new URLSearchParams(DEFAULTS).toString();
  return `${location.pathname}?${text}${location.hash}`;
}

/** The filters with the order, as a saved view keeps them. */
export function ordered() {
  const asked = filters();
  if (order()) asked.set(ORDER, order());
  return asked;
}

/** The filters of a saved view, as a step that Back undoes; `ordering` where they say none. */
export function adoptQuery(text, { ordering = "" } = {}) {
  const asked = new URLSearchParams(text);
  if (!asked.has(ORDER)) asked.set(ORDER, ordering);
  adopt(asked);
  commit();
}

function adopt(asked = new URLSearchParams(location.search)) {
  for (const name of [...NAMES, ORDER]) {
    const usual = DEFAULTS[name] ?? "";
    control(name).value = asked.get(name) ?? usual;
    if (control(name).selectedIndex === -1) control(name).value = usual; // no such choice
  }
}

function changed() {
  showChips();
  for (const listener of listeners) listener(filters());
}

/** Take the controls as they stand into the address, as a step that Back undoes; `replace` makes no step of it. */
export function commit({ replace = false } = {}) {
  const moved = address() !== location.pathname + location.search + location.hash;
  if (moved) history[replace ? "replaceState" : "pushState"](null, "", address());
  changed();
}

export function clear() {
  for (const name of NAMES) control(name).value = DEFAULTS[name] ?? "";
  commit();
}

/** The classes of the map that alone are shown; none for all. */
export const stages = () => control("stage").value.split(",").filter(Boolean);

/** Ended cases are asked for with their class, and no longer without it. */
export function toggleStage(stage) {
  const shown = stages().includes(stage);
  control("stage").value = (shown ? stages().filter((one) => one !== stage) : [...stages(), stage]).join(",");
  const status = control("status");
  if (stage === "closed" && status.value === (shown ? "" : "open")) status.value = shown ? "open" : "";
  commit();
}

function drop(name) {
  control(name).value = DEFAULTS[name] ?? "";
  commit();
}

/** What a chip says: the chosen words, and before them the filter's name where they would not say it. */
const CHIPS = {
  q: (value) => `“${value}”`, area: (value) => value, year: (value) => value,
  hexagon: (value) => interpolate(gettext("Hexagon of %(metres)s m"), { metres: value.split(":")[0] }, true),
  numbers: (value) => {
    const count = value.split(",").length;
    return count === 1 ? value : interpolate(ngettext("This %(number)s case", "These %(number)s cases", count), { number: count }, true);
  },
  at: (value) => interpolate(gettext("Map of %(day)s"), { day: value }, true),
  stage: (value) => value.split(",").map(stageWords).join(gettext(", ")),
};

const stageWords = (stage) => byId("legend").querySelector(`[data-stage="${CSS.escape(stage)}"] span`)?.textContent ?? stage;

function words(name) {
  const { value, selectedOptions, labels } = control(name);
  if (name in CHIPS) return CHIPS[name](value.trim());
  const chosen = selectedOptions ? selectedOptions[0].text : value;
  return RARER.includes(name) ? `${labels[0].querySelector("span").textContent} · ${chosen}` : chosen;
}

function showChips() {
  const set = NAMES.filter((name) => control(name).value.trim() !== (DEFAULTS[name] ?? ""));
  for (const name of NAMES) control(name).closest(".pill")?.classList.toggle("set", set.includes(name));
  byId("chips").replaceChildren(...set.map(chip));
  byId("clear-filters").hidden = !set.length;
  const rarer = set.filter((name) => RARER.includes(name)).length;
  byId("more-set").textContent = rarer;
  byId("more-set").hidden = !rarer;
}

function chip(name) {
  const text = words(name);
  const said = interpolate(gettext("Remove filter %(name)s"), { name: text }, true);
  const made = element("button", { type: "button", "data-drop": name, "aria-label": said });
  made.append(element("span", {}, text), icon("x"));
  return made;
}

export function start() {
  adopt();
  showChips();
  form().addEventListener("change", (event) => event.target.name && commit());
  form().addEventListener("submit", (event) => event.preventDefault());
  search().form.addEventListener("submit", (event) => (event.preventDefault(), commit()));
  search().addEventListener("search", () => commit());
  addEventListener("popstate", () => {
    const before = address();
    adopt();
    if (address() !== before) changed();
  });
  document.addEventListener("click", (event) => {
    const dropped = event.target.closest("[data-drop]");
    if (dropped) drop(dropped.dataset.drop);
    if (dropped) (byId("chips").querySelector("button") ?? byId("more-filters").querySelector("summary")).focus();
    if (event.target.closest("[data-clear]")) (event.preventDefault(), clear());
  });
}
