/** The one query behind list, map and counts: the controls hold it, the address carries it. */

import { byId, element } from "./elements.mjs";

const DEFAULTS = { status: "open" };
const NAMES = ["group", "status", "channel", "year", "area", "q"];
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

export const onChange = (listener) => listeners.push(listener);

/** The address of these filters; what is as usual stays out of it. */
function address() {
  const shown = filters();
  for (const [name, usual] of Object.entries(DEFAULTS)) if (shown.get(name) === usual) shown.delete(name);
  const text = shown.toString();
  return location.pathname + (text ? `?${text}` : "") + location.hash;
}

function adopt() {
  const asked = new URLSearchParams(location.search);
  for (const name of NAMES) control(name).value = asked.get(name) ?? DEFAULTS[name] ?? "";
}

function changed() {
  showChips();
  for (const listener of listeners) listener(filters());
}

/** Take the controls as they stand into the address, as a step that Back undoes. */
export function commit() {
  if (address() !== location.pathname + location.search + location.hash) history.pushState(null, "", address());
  changed();
}

export function clear() {
  for (const name of NAMES) control(name).value = DEFAULTS[name] ?? "";
  commit();
}

function drop(name) {
  control(name).value = DEFAULTS[name] ?? "";
  commit();
}

const words = { q: (value) => `“${value}”`, area: (value) => value };

function label(name, value) {
  return words[name] ? words[name](value) : control(name).selectedOptions[0].textContent;
}

function showChips() {
  const set = NAMES.filter((name) => control(name).value.trim() !== (DEFAULTS[name] ?? ""));
  for (const name of ["group", "status", "channel", "year"]) {
    control(name).parentElement.classList.toggle("set", set.includes(name));
  }
  const chips = set.map((name) => chip(name));
  if (set.length > 1) chips.push(element("button", { type: "button", class: "clear", "data-clear": true }, gettext("Clear all")));
  byId("chips").replaceChildren(...chips);
}

function chip(name) {
  const text = label(name, control(name).value.trim());
  const said = interpolate(gettext("Remove filter %(name)s"), { name: text }, true);
  const made = element("button", { type: "button", "data-drop": name, "aria-label": said });
  made.append(element("span", {}, text), "✕");
  return made;
}

export function start() {
  adopt();
  showChips();
  form().addEventListener("change", (event) => event.target.name && commit());
  form().addEventListener("submit", (event) => event.preventDefault());
  search().form.addEventListener("submit", (event) => (event.preventDefault(), commit()));
  search().addEventListener("search", commit);
  addEventListener("popstate", () => {
    const before = filters().toString();
    adopt();
    if (filters().toString() !== before) changed();
  });
  document.addEventListener("click", (event) => {
    const dropped = event.target.closest("[data-drop]");
    if (dropped) drop(dropped.dataset.drop);
    if (event.target.closest("[data-clear]")) (event.preventDefault(), clear());
  });
}
