/** What can be done at a place of the map: by right click, by a long press, and from the keyboard at the centre. */

import { byId } from "./elements.mjs";
import { reportLink, spot } from "./panels.mjs";
import { past } from "./query.mjs";

const HELD = 600; // ms of a finger that stays
const STILL = 8; // pixels that it may stray
const EDGE = 8; // pixels between menu and the map's end
const SAID = 1500; // ms that the answer of copying is shown

const menu = () => byId("place-menu");
const items = () => [...menu().querySelectorAll("[role=menuitem]")].filter((item) => !item.hidden);
const part = (name) => menu().querySelector(`[data-at-place=${name}]`);
const same = { preventScroll: true };
let canvas = null;
let at = null;
let opening = () => {};
let timer = 0;

/** Also by itself, after what it said; the focus that was in it is the map's again. */
function close() {
  clearTimeout(timer);
  const inside = menu().contains(document.activeElement);
  menu().hidden = true;
  if (inside) canvas.focus(same);
}

function open(map, { lng: lon, lat }, { x, y }) {
  close();
  opening();
  at = { lon, lat };
  const report = part("report");
  if (report) {
    report.href = reportLink(byId("map").dataset.report, at);
    report.hidden = Boolean(past()); // of a day gone by nothing is reported
  }
  part("copied").textContent = spot(at);
  menu().hidden = false;
  const { clientWidth: width, clientHeight: height } = map.getContainer();
  menu().style.left = `${Math.max(EDGE, Math.min(x, width - menu().offsetWidth - EDGE))}px`;
  menu().style.top = `${Math.max(EDGE, Math.min(y, height - menu().offsetHeight - EDGE))}px`;
  items()[0].focus(same);
}

async function copy() {
  try {
    await navigator.clipboard.writeText(spot(at));
    part("copied").textContent = gettext("Copied");
  } catch {
    part("copied").textContent = gettext("The browser does not allow copying");
  }
  timer = setTimeout(close, SAID);
}

const STEPS = { ArrowDown: 1, ArrowUp: -1 };

function walk(event) {
  const all = items();
  const here = all.indexOf(document.activeElement);
  if (STEPS[event.key]) all[(here + STEPS[event.key] + all.length) % all.length].focus(same);
  else if (event.key === "Home") all[0].focus(same);
  else if (event.key === "End") all.at(-1).focus(same);
  else if (event.key === "Escape" || event.key === "Tab") close();
  else return;
  event.preventDefault();
  event.stopPropagation();
}

/** A finger that stays where it is; the press that it would end with is none. */
function listenToFinger(map) {
  let held = 0;
  let from = null;
  const end = () => clearTimeout(held);
  map.on("touchstart", ({ points, point, lngLat }) => {
    end();
    from = point;
    if (points.length !== 1) return;
    held = setTimeout(() => {
      open(map, lngLat, point);
      map.once("touchend", ({ originalEvent }) => originalEvent.cancelable && originalEvent.preventDefault());
    }, HELD);
  });
  map.on("touchmove", ({ point }) => point.dist(from) > STILL && end());
  for (const over of ["touchend", "touchcancel", "movestart"]) map.on(over, end);
}

/** `onOpen()` before it opens; `onWho(place)` where somebody asks who answers there. */
export function start(map, { onOpen, onWho }) {
  opening = onOpen;
  canvas = map.getCanvas();
  let byKey = false; // the browser's own menu comes after the key, with a place of its own
  canvas.addEventListener("contextmenu", (event) => event.preventDefault());
  canvas.addEventListener("pointerdown", () => { byKey = false; });
  map.on("contextmenu", ({ lngLat, point }) => byKey || open(map, lngLat, point));
  canvas.addEventListener("keydown", (event) => {
    if (event.key !== "ContextMenu" && !(event.shiftKey && event.key === "F10")) return;
    event.preventDefault();
    byKey = true;
    const centre = map.getCenter();
    open(map, centre, map.project(centre));
  });
  listenToFinger(map);
  map.on("movestart", close);
  document.addEventListener("pointerdown", ({ target }) => menu().contains(target) || close());
  menu().addEventListener("contextmenu", (event) => event.preventDefault());
  menu().addEventListener("keydown", walk);
  part("copy").addEventListener("click", copy);
  part("who").addEventListener("click", () => {
    close();
    onWho(at);
  });
}
