/** The wall screen: one panel after another, until somebody pauses it; asks once a minute whether anything changed. */

import { draw, forget } from "./charts.mjs";
import { byId, element, moment, reducedMotion } from "./elements.mjs";
import { smallMap } from "./small_map.mjs";

const TURN = 20_000, ASK = 60_000, TICK = 10_000;
const AS_DRAWN = 1280; // the width at which the map's letters have their own size: it is read from afar

const holder = byId("wall-panels");
const panels = () => [...holder.querySelectorAll("[data-panel]")];
let current = 0;
let paused = reducedMotion(); // who wants no motion turns the pages themselves
let timer = 0;
let etag = "";
let map = null;

function show(place) {
  const all = panels();
  current = (place + all.length) % all.length;
  all.forEach((panel, index) => { panel.hidden = index !== current; });
  byId("wall-map").hidden = all[current].dataset.panel !== "open";
  [...byId("wall-turns").children].forEach((button, index) => button.setAttribute("aria-current", String(index === current)));
  draw(all[current]).catch(() => {});
  if (map && !byId("wall-map").hidden) map.resize();
  schedule();
}

function schedule() {
  clearTimeout(timer);
  if (!paused) timer = setTimeout(() => show(current + 1), TURN);
}

function pause(wanted) {
  paused = wanted;
  const button = byId("wall-pause");
  button.setAttribute("aria-pressed", String(paused));
  button.querySelector("span").textContent = paused ? gettext("Go on") : gettext("Pause");
  schedule();
}

function full() {
  if (document.fullscreenElement) document.exitFullscreen();
  else document.documentElement.requestFullscreen?.();
}

function turns() {
  byId("wall-turns").replaceChildren(...panels().map((panel, index) => {
    const button = element("button", { type: "button" }, panel.querySelector("h2").textContent);
    button.addEventListener("click", () => show(index));
    return button;
  }));
}

const KEYS = { ArrowRight: () => show(current + 1), ArrowLeft: () => show(current - 1), " ": () => pause(!paused), f: full, F: full };

function key(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("canvas, button, a, summary")) return;
  if (!(event.key in KEYS)) return;
  event.preventDefault();
  KEYS[event.key]();
}

function say(sentence) {
  byId("wall-lost").hidden = !sentence;
  byId("wall-lost").textContent = sentence;
}

/** New pieces in the place of the old ones; the map stays and fetches what changed. */
function take(text) {
  const fresh = new DOMParser().parseFromString(text, "text/html");
  const name = panels()[current]?.dataset.panel;
  for (const old of panels()) {
    old.querySelectorAll("figure.chart").forEach(forget);
    old.remove();
  }
  holder.prepend(...fresh.querySelectorAll("[data-panel]"));
  turns();
  show(Math.max(0, panels().findIndex(({ dataset }) => dataset.panel === name)));
  map?.refreshTiles?.("open-cases");
}

async function ask() {
  try {
    const response = await fetch("?panels=1", { cache: "no-store", redirect: "manual", headers: etag ? { "If-None-Match": etag } : {} });
    if (response.type === "opaqueredirect" || response.status === 401 || response.status === 403) {
      say(gettext("You are signed out. Reload the page to sign in again."));
      return;
    }
    if (response.status !== 304) {
      if (!response.ok) throw new Error(`${response.status}`);
      const first = !etag;
      etag = response.headers.get("ETag") ?? "";
      const text = await response.text();
      if (!first) take(text);
    }
    say("");
  } catch {
    say(gettext("No answer from the server; trying again in a minute. The figures are those of before."));
  }
  setTimeout(ask, ASK);
}

function tick() {
  byId("wall-clock").textContent = moment(new Date().toISOString());
  setTimeout(tick, TICK);
}

function scale() {
  const k = Math.max(1, Math.min(innerWidth / AS_DRAWN, innerHeight / (AS_DRAWN * 9 / 16)));
  byId("wall-map").style.setProperty("--k", k);
  return k;
}

async function drawMap() {
  const box = byId("wall-map");
  const k = scale();
  if (!box.dataset.region) return box.remove();
  const [west, south, east, north] = box.dataset.region.split(",").map(Number);
  map = await smallMap(box.firstElementChild, {
    slugs: ["areas", "open-cases"], bounds: [[west, south], [east, north]], query: "status=open",
    more: { interactive: false, pixelRatio: k * devicePixelRatio },
  });
  if (!map) box.replaceChildren(element("p", { class: "wall-none" }, gettext("This browser cannot draw the map.")));
  addEventListener("resize", () => { scale(); map?.resize(); });
  return map;
}

holder.classList.add("wall-turning");
for (const [id, act] of [["wall-pause", () => pause(!paused)], ["wall-full", full]]) {
  byId(id).hidden = false;
  byId(id).addEventListener("click", act);
}
if (!document.fullscreenEnabled) byId("wall-full").hidden = true;
document.addEventListener("keydown", key);
turns();
pause(paused);
show(0);
tick();
drawMap();
ask();
