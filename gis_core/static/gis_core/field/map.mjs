/** 地图 (#map): what is carried, drawn when somebody asks for it. Where nothing can be drawn, and beside the drawing, it
 *  is a list. */

import { element, icon, reducedMotion } from "../elements.mjs";
import { sketch } from "./land_sketch.mjs";
import { granted, listen, middle, standpoint } from "./place.mjs";
import * as store from "./store.mjs";
import { nearest, row, urgent } from "./today.mjs";
import { stageNow } from "./words.mjs";

const BESIDE = 3; // rows under the map
const CLOSE = 14;

let page = null; // {root, pack, cases, here, map}
let stop = null;

function bounds({ pack, here, cases }) {
  const near = here ? nearest(cases, here).slice(0, 5).map(({ kase }) => [kase.lon, kase.lat]) : [];
  const all = near.length ? [[here.lon, here.lat], ...near] : pack.areas.map(({ geometry }) => middle(geometry));
  const [lons, lats] = [all.map(([lon]) => lon), all.map(([, lat]) => lat)];
  return [[Math.min(...lons) - 0.002, Math.min(...lats) - 0.002], [Math.max(...lons) + 0.002, Math.max(...lats) + 0.002]];
}

function rows(found) {
  const list = page.root.querySelector(".near-list");
  list.replaceChildren(...found.map(row));
}

/** The nearest of where one stands; the most urgent where that is not known. */
function beside() {
  const number = page.whole ? page.cases.length : BESIDE;
  if (page.here) return rows(nearest(page.cases, page.here).slice(0, number));
  return rows(urgent(page.cases).slice(0, number).map((kase) => ({ kase })));
}

function pick(no) {
  page.picked = no;
  const found = page.cases.filter((one) => one.no === no);
  rows(page.here ? nearest(found, page.here) : found.map((kase) => ({ kase })));
  page.root.querySelector(".near-list a")?.focus({ preventScroll: true });
}

function impossible() {
  const frame = page.root.querySelector(".field-map");
  frame.classList.add("impossible");
  frame.querySelectorAll(":scope > :not(.land-sketch)").forEach((each) => each.remove());
  frame.append(element("p", { class: "note" }, gettext("This browser cannot draw the map. The list is complete without it.")));
  page.whole = true;
  beside();
}

async function open(frame, worker) {
  const picture = sketch(frame, page, bounds(page));
  frame.classList.toggle("sketched", Boolean(picture));
  const [{ landMap, useWorker }, answer] = await Promise.all([import("./land_map.mjs"), worker]);
  await useWorker(answer);
  if (!page) return;
  page.map = landMap(frame, page, bounds(page));
  if (!page.map) return impossible();
  page.map.once("idle", () => picture?.remove());
  page.map.on("click", "one", (event) => pick(event.features[0].properties.no));
  page.map.on("click", "many", (event) => page.map.easeTo({ center: event.lngLat, zoom: page.map.getZoom() + 2, animate: !reducedMotion() }));
  frame.classList.add("drawn");
}

function toHere() {
  const { map, here } = page;
  if (map && here) map.easeTo({ center: [here.lon, here.lat], zoom: Math.max(map.getZoom(), CLOSE), animate: !reducedMotion() });
}

function moved(here) {
  if (!page || !here || page.here?.source === "hand") return;
  page.here = { ...here, source: "gps" };
  page.map?.standAt(page.here);
  if (!page.picked) beside();
}

function draw() {
  const act = (name, label, does) => {
    const made = element("button", { type: "button", class: "map-act", "aria-label": label }, icon(name));
    made.addEventListener("click", does);
    return made;
  };
  const zoom = (by) => page.map?.zoomTo(page.map.getZoom() + by, { animate: !reducedMotion() });
  const acts = element("div", { class: "map-acts" }, act("locate-fixed", gettext("Show my position"), toHere), act("plus", gettext("Zoom in"), () => zoom(1)), act("minus", gettext("Zoom out"), () => zoom(-1)));
  const frame = element("div", { class: "field-map", role: "region", "aria-label": gettext("Map of the carried cases") }, element("p", { class: "note" }, gettext("The map is loading. The list below is complete without it.")));
  page.root.replaceChildren(element("div", { class: "map-box" }, frame, acts), element("h2", { class: "visually-hidden" }, gettext("Open cases nearby")), element("ol", { class: "near-list" }));
  const said = [gettext("carried"), page.pack.basemap?.credit].filter(Boolean).join(" · ");
  page.root.append(element("p", { class: "note map-credit" }, `${said} ${new Date(page.pack.at).toLocaleString("sv-SE", { dateStyle: "short", timeStyle: "short" })}`));
  return frame;
}

export const screen = {
  name: "map",
  async show(root, [worker]) {
    page = { root, pack: await store.meta("pack"), cases: await store.cases(), here: await standpoint(), map: null };
    if (!page.pack) {
      const way = element("a", { class: "button primary", href: "#prepare" }, gettext("Carry now"));
      return root.replaceChildren(element("div", { class: "empty" }, element("h2", {}, gettext("Nothing is carried yet")), element("p", {}, gettext("The map is drawn from what this phone carries: areas, grid and cases.")), way));
    }
    const frame = draw();
    beside();
    if (await granted()) stop = listen(moved);
    await open(frame, worker).catch(() => page && impossible());
  },
  hide() {
    stop?.();
    page?.map?.remove();
    [page, stop] = [null, null];
  },
};
