/** The map page put together: list, map, legend, cards, keys and the change feed around one query. */

import * as desk from "./desk.mjs";
import { byId } from "./elements.mjs";
import { freshen } from "./fresh_rows.mjs";
import * as hover from "./hover.mjs";
import * as keyboard from "./keyboard.mjs";
import * as legend from "./legend.mjs";
import * as list from "./list.mjs";
import * as live from "./live.mjs";
import { canDraw, CaseMap } from "./map.mjs";
import * as panels from "./panels.mjs";
import * as placeMenu from "./place_menu.mjs";
import * as popout from "./popout.mjs";
import * as query from "./query.mjs";
import * as stages from "./stages.mjs";
import * as search from "./search.mjs";
import * as splitter from "./splitter.mjs";
import * as views from "./views.mjs";
import * as time from "./time.mjs";

const split = byId("split");
const drawable = canDraw();
const phone = matchMedia("(max-width: 719px)");
let map = null;

/** `told`: the other window chose it, and knows. */
function choose(caseNo, at, { fromMap = false, told = false } = {}) {
  hover.hide();
  list.choose(caseNo, { reveal: true, focus: fromMap && !phone.matches && !told });
  if (!told) popout.tell("chosen", { caseNo, at });
  if (popout.isOpen()) return undefined;
  if (map) {
    map.mark("chosen", at);
    map.mark("spot", null);
    if (!fromMap) map.go(at, undefined, { forRow: true });
    else if (phone.matches) map.liftAbove(at);
  }
  if (!map || split.dataset.view === "list") return open(list.row(caseNo));
  return panels.showCase(caseNo);
}

/** Without a map beside it the list leads straight to the case. */
function open(row) {
  if (row) location.assign(row.href);
}

function pressRow(caseNo, at) {
  if (phone.matches) open(list.row(caseNo));
  else choose(caseNo, at);
}

function who(at) {
  hover.hide();
  list.choose("");
  map.mark("chosen", null);
  map.mark("spot", at);
  if (phone.matches) map.liftAbove(at);
  panels.showWho(at);
}

/** Whether there was a step to go back. */
function back() {
  if (desk.back() || hover.hide()) return true;
  if (!panels.opened()) return desk.clear();
  panels.close();
  list.chosenRow()?.focus({ preventScroll: true });
  list.choose("");
  map?.mark("chosen", null);
  map?.mark("spot", null);
  return true;
}

/** Going to a row's case leaves the list as it is; a map moved by hand, or of another size, takes the list along. */
function moved({ forRow = false } = {}) {
  if (!forRow) list.setExtent(map.extent());
  if (popout.isMap) popout.tell("extent", map.extent());
  legend.aimExport(map.extent());
}

let settle = 0;
const movedSoon = (event) => {
  clearTimeout(settle);
  settle = setTimeout(moved, 200, event);
};

function startMap() {
  if (map || !drawable || !byId("canvas").offsetWidth) return;
  map = new CaseMap({ known: legend.known(), query: query.filters().toString() });
  map.map.once("load", () => {
    legend.applyTo(map);
    moved();
  });
  map.listen({
    onCase: (caseNo, at) => choose(caseNo, at, { fromMap: true }),
    onGround: who,
    onHover: (caseNo, at) => {
      list.hover(caseNo);
      if (popout.isMap) popout.tell("hovered", { caseNo, at });
      map.mark("hovered", at);
      hover.point(caseNo, at && map.pixel(at));
    },
    onMove: movedSoon,
  });
  desk.joinMap(map);
  placeMenu.start(map.map, { onOpen: hover.hide, onWho: who });
  window.enforcementMap = map.map;
}

function setView(view) {
  split.dataset.view = view;
  startMap();
}

function nextView() {
  if (!drawable) return;
  const views = phone.matches ? ["both", "map"] : ["both", "list", "map"];
  setView(views[(views.indexOf(split.dataset.view) + 1) % views.length]);
}

/** The map in its own window and the list here, or the other way round: each tells what it does. */
const OTHER_WINDOW = {
  filters: (text) => text === query.filters().toString() || query.adoptQuery(text, { ordering: query.order() }),
  extent: list.setExtent,
  chosen: ({ caseNo, at }) => choose(caseNo, at, { told: true }),
  hovered: ({ caseNo, at }) => (popout.isMap ? map?.mark("hovered", at) : list.hover(caseNo)),
  hello: () => popout.tell("filters", query.filters().toString()),
  opened: () => showPopped(true),
  closed: () => showPopped(false),
  refused: () => legend.say(gettext("The browser keeps the window from opening")),
};

function showPopped(out) {
  byId("popped-out").hidden = !out;
  setView(out ? "list" : "both");
}

function filtersChanged(filters) {
  popout.tell("filters", filters.toString());
  map?.setQuery(filters.toString());
  legend.adoptStatus(map);
  stages.show();
  legend.aimExport(map?.extent());
  list.refresh();
  legend.refresh();
  time.show(query.past(), filters);
}

function casesChanged(changes) {
  if (query.past()) return; // a day gone by stays as it was
  map?.reload();
  legend.refresh();
  freshen(changes).then(list.tellNews);
  views.refresh();
}

function listenToPage() {
  byId("view-toggle").addEventListener("click", nextView);
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-close]")) back();
    if (event.target.closest("[data-whole]")) map?.whole();
    if (event.target.closest("#news-show")) list.refresh();
  });
}

function start() {
  query.start();
  query.onChange(filtersChanged);
  splitter.start();
  popout.start(OTHER_WINDOW);
  list.start({
    onChoose: pressRow,
    onHover: (caseNo, at) => {
      map?.mark("hovered", at);
      if (popout.isOpen()) popout.tell("hovered", { caseNo, at });
    },
  });
  legend.start(() => map);
  stages.start();
  views.start();
  search.start({
    case: (caseNo, at, address) => (map && split.dataset.view !== "list" ? choose(caseNo, at) : location.assign(address)),
    box: (box) => map?.fit(box),
    spot: (at) => map && (map.go(at), who(at)),
  });
  desk.start();
  hover.start();
  keyboard.start({ keys: { j: () => list.walk(1), k: () => list.walk(-1), m: nextView, ...desk.keys(), ...stages.keys() }, onEscape: back });
  listenToPage();
  byId("no-map").hidden = drawable;
  byId("view-toggle").hidden = !drawable;
  byId("follow").parentElement.hidden = !drawable;
  setView(popout.isMap ? "map" : drawable ? "both" : "list");
  legend.refresh();
  time.start({ onDay: query.showDay, isDrawn: () => !map || map.map.areTilesLoaded() });
  time.show(query.past(), query.filters());
  live.start(casesChanged);
}

start();
