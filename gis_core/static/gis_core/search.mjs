/** The search box: what is typed or pasted is suggested as cases, places and spots; Enter without a choice filters. */

import { byId, element, symbol } from "./elements.mjs";

const PAUSE = 180; // ms after the last key
const PAIR = /\d[^\d.]+\d/; // it may be coordinates; the server says whether it is
const input = () => byId("search");
const box = () => byId("found");
const options = () => [...box().querySelectorAll("[role=option]")];
let running = null;
let timer = 0;
let on = -1;

function close() {
  clearTimeout(timer);
  running?.abort();
  box().hidden = true;
  box().replaceChildren();
  input().setAttribute("aria-expanded", "false");
  input().removeAttribute("aria-activedescendant");
  on = -1;
}

async function ask() {
  const text = input().value.trim();
  if (text.length < 2) return close();
  running?.abort();
  running = new AbortController();
  try {
    const response = await fetch(`${byId("map").dataset.search}?${new URLSearchParams({ q: text })}`, { signal: running.signal });
    if (response.ok && document.activeElement === input()) show(await response.json());
  } catch (error) {
    if (error.name !== "AbortError") close(); // the list still filters by Enter
  }
}

const option = (data, ...content) => element("li", { role: "option", id: `found-${Math.random().toString(36).slice(2)}`, "aria-selected": "false", ...data }, ...content);
const told = (first, second) => [element("b", {}, first), element("span", { class: "muted" }, second)];

function group(name, made) {
  if (!made.length) return [];
  return [element("li", { role: "presentation", class: "found-head" }, name), ...made];
}

/** Spots that are one and the same place in several systems are one suggestion. */
function places(spots) {
  const found = new Map();
  for (const spot of spots) {
    const place = `${spot.lon},${spot.lat}`;
    found.set(place, [...(found.get(place) ?? []), spot]);
  }
  return [...found.values()];
}

function takenAs(same) {
  const system = same.map(({ label }) => label).join(gettext(" or "));
  const said = same.some(({ is_assumed: assumed }) => assumed) ? gettext("taken as %(system)s") : gettext("if it is %(system)s");
  const equal = same.length > 1 ? gettext(": the same to within a metre") : "";
  return interpolate(said, { system }, true) + equal;
}

function show({ cases, places: named, spots }) {
  const kinds = { area: gettext("area"), village: gettext("village"), grid: gettext("grid cell") };
  const made = [
    ...group(gettext("Coordinates"), places(spots).map((same) => option(
      { "data-lon": same[0].lon, "data-lat": same[0].lat, class: "found-spot" },
      ...told(`${same[0].lon.toFixed(6)}, ${same[0].lat.toFixed(6)}`, takenAs(same)),
    ))),
    ...group(gettext("Cases"), cases.map((one) => option(
      { "data-case": one.case_no, "data-lon": one.lon, "data-lat": one.lat, "data-url": one.url },
      symbol(one.stage), ...told(one.case_no, [one.status_label, one.address || one.title].filter(Boolean).join(" · ")),
    ))),
    ...group(gettext("Places"), named.map((place) => option(
      { "data-box": place.box.join(",") }, ...told(place.name, [kinds[place.kind], place.of].filter(Boolean).join(" · ")),
    ))),
  ];
  if (!made.length) made.push(element("li", { role: "presentation", class: "found-none" }, gettext("Nothing of that name. Enter searches addresses in the list.")));
  box().replaceChildren(...made);
  box().hidden = false;
  input().setAttribute("aria-expanded", "true");
  on = -1;
  if (spots.length) mark(0);
}

function mark(next) {
  const all = options();
  on = all.length ? (next + all.length) % all.length : -1;
  all.forEach((each, number) => each.setAttribute("aria-selected", String(number === on)));
  if (on < 0) return;
  input().setAttribute("aria-activedescendant", all[on].id);
  all[on].scrollIntoView({ block: "nearest" });
}

function keydown(event, onFound) {
  if (box().hidden) {
    if (event.key === "ArrowDown") ask();
    if (event.key === "Enter" && PAIR.test(input().value)) {
      event.preventDefault(); // Enter came before the suggestions, as it does behind what was pasted
      ask().then(() => goTo(options()[on], onFound));
    }
    return;
  }
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    mark(event.key === "ArrowDown" ? on + 1 : (on < 0 ? 0 : on) - 1);
  } else if (event.key === "Enter" && on >= 0) {
    event.preventDefault();
    take(options()[on], onFound);
  } else if (event.key === "Escape") {
    event.preventDefault();
    event.stopPropagation();
    close();
  } else if (event.key === "Enter") close();
}

/** The spot that was meant; text that turns out to be none filters the list, as Enter does. */
function goTo(spot, onFound) {
  if (spot) return take(spot, onFound);
  close();
  return input().form.requestSubmit();
}

/** What was typed has done its work: the field is the list's filter again, as the address has it. */
function take({ dataset }, onFound) {
  close();
  input().value = new URLSearchParams(location.search).get("q") ?? "";
  if (dataset.box) onFound.box(dataset.box.split(",").map(Number));
  else if (dataset.case) onFound.case(dataset.case, { lon: Number(dataset.lon), lat: Number(dataset.lat) }, dataset.url);
  else onFound.spot({ lon: Number(dataset.lon), lat: Number(dataset.lat) });
}

/** `onFound` has `case(number, place, address)`, `box([w, s, e, n])` and `spot(place)`. */
export function start(onFound) {
  const field = input();
  for (const [name, value] of Object.entries({ role: "combobox", "aria-controls": "found", "aria-expanded": "false", "aria-autocomplete": "list" })) field.setAttribute(name, value);
  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE);
  });
  field.addEventListener("keydown", (event) => keydown(event, onFound));
  field.addEventListener("blur", () => setTimeout(close, 150));
  box().addEventListener("mousedown", (event) => event.preventDefault());
  box().addEventListener("click", (event) => {
    const chosen = event.target.closest("[role=option]");
    if (chosen) take(chosen, onFound);
  });
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
      event.preventDefault();
      field.focus();
      field.select();
    }
  });
}
