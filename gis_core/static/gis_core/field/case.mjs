/** A carried case (#case/<no>): what it is, what may be done, and the way there without a line. */

import { element, icon, moment, symbol } from "../elements.mjs";
import * as compass from "./compass.mjs";
import { caseFor } from "./found.mjs";
import { inverse } from "./geodesic.mjs";
import { granted, listen, standpoint } from "./place.mjs";
import * as store from "./store.mjs";
import { ways } from "./ways.mjs";
import { due, marks, metres, stageNow, way } from "./words.mjs";

const SVG = "http://www.w3.org/2000/svg";
const OF_A_JOINT = ["sign_in", "contribute"];
const RIGHT_THERE_M = 50;
const HEADING_MS = 1500;

let page = null; // {root, kase, pack, here, heading}
let stops = [];

const nameOf = (all, code) => all?.find((one) => one.code === code)?.name ?? code;
const values = (pairs) => pairs.filter(([, said]) => said);

function head(kase) {
  const term = due(kase);
  return element("header", { class: "case-head" }, symbol(stageNow(kase)),
    element("div", {}, element("h2", {}, kase.subject),
      element("p", { class: "state" }, element("span", {}, `${kase.no} · ${kase.status_label}`), term && element("span", { class: `due ${term.colour}` }, term.words),
        ...marks(kase).map(([said, kind]) => element("span", { class: `mark ${kind}` }, said)))));
}

function facts(kase, pack) {
  const area = pack?.areas?.find(({ code }) => code === kase.area);
  const kinds = (kase.violations ?? []).map((value) => pack?.words?.violations?.find((one) => one.value === value)?.label ?? value);
  const order = kase.stop_order;
  const all = [
    [gettext("Address"), kase.address],
    [gettext("Violations"), kinds.join("、")],
    [gettext("Order"), order && interpolate(gettext("to be obeyed by %s"), [moment(order.due_at)])],
    [gettext("Deadline"), kase.due_at && moment(kase.due_at)],
    [gettext("Area"), area ? [area.name, area.group?.name].filter(Boolean).join(" · ") : kase.area],
    [gettext("Handled by"), kase.unit && nameOf(pack?.words?.units, kase.unit)],
    [gettext("Place known to"), kase.accuracy_m && `±${metres(kase.accuracy_m)}`],
    [gettext("Joint inspection"), kase.joint && joint(kase.joint)],
  ];
  const list = element("dl", { class: "facts" });
  for (const [term, said] of values(all)) list.append(element("dt", {}, term), element("dd", {}, said));
  return list;
}

function joint({ planned_from: from, units }) {
  const there = units.map(({ name, signed_in: signed }) => `${name}${signed ? ` ✓ ${gettext("signed in")}` : ""}`);
  return [from && moment(from), there.join("、")].filter(Boolean).join(" · ");
}

/** What the law allows from this state, of what a phone can take down; whose case it is, the server decides. */
function steps({ kase, pack }) {
  const verbs = (pack?.verbs?.[kase.status] ?? []).filter((verb) => kase.joint || !OF_A_JOINT.includes(verb));
  if (!verbs.length) return null;
  const links = verbs.filter((verb) => verb !== "arrive").map((verb) => element("li", {}, element("a", { class: "button", href: `#act/${encodeURIComponent(kase.no)}/${verb}` }, pack.labels[verb] ?? verb, icon("chevron-right"))));
  const others = kase.mine === false && kase.unit ? element("p", { class: "message" }, gettext("Another unit handles this case: what only that unit may do, the office will decide on.")) : null;
  return element("section", { "aria-labelledby": "case-steps" }, element("h3", { id: "case-steps" }, gettext("On the site")), others, element("ul", { class: "step-list" }, ...links));
}

function arrow() {
  const picture = document.createElementNS(SVG, "svg");
  picture.setAttribute("viewBox", "-50 -50 100 100");
  picture.setAttribute("aria-hidden", "true");
  for (const [name, attributes] of [["circle", { r: 47 }], ["path", { d: "M0-42L20-4 7-8V40H-7V-8L-20-4Z", class: "needle" }], ["text", { y: -34, class: "north" }]]) {
    const part = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) part.setAttribute(key, value);
    picture.append(part);
  }
  return picture;
}

/** Turned as the phone is where it has a compass; else north is up. */
function point() {
  const box = page.root.querySelector(".point-there");
  if (!box) return;
  const { here, kase, heading } = page;
  if (!here) {
    box.querySelector("b").textContent = gettext("The way shows when the position is known.");
    return;
  }
  const { metres: far, bearing } = inverse([here.lon, here.lat], [kase.lon, kase.lat]);
  const [word] = way(bearing, far);
  box.querySelector(".needle").setAttribute("transform", `rotate(${bearing - (heading ?? 0)})`);
  box.querySelector("b").textContent = far < RIGHT_THERE_M && far < 0.5 ? word : `${word} ${metres(far)}`;
  box.querySelector("small").textContent = [here.source === "hand" ? interpolate(gettext("From the middle of %s"), [here.name]) : interpolate(gettext("Position ±%s"), [metres(here.accuracy)]),
    heading === null ? gettext("north is up") : gettext("the arrow turns with the phone")].join(" · ");
  box.classList.toggle("unknown", false);
  arrival(far);
}

/** Proposed near the site, possible anywhere: where one is not near, the act asks why. */
function arrival(far) {
  const link = page.root.querySelector(".arrive");
  if (!link) return;
  const near = far <= (page.pack?.words?.arrive_within_m ?? RIGHT_THERE_M);
  link.classList.toggle("primary", near);
  link.querySelector("small").textContent = near ? gettext("You are there") : interpolate(gettext("%s away, give the reason"), [metres(far)]);
}

function there() {
  const turn = compass.asks() ? element("button", { type: "button", class: "quiet" }, gettext("Turn with the phone")) : null;
  turn && (turn.hidden = true); // until it is plain that no heading comes by itself
  setTimeout(() => turn && page?.heading === null && (turn.hidden = false), HEADING_MS);
  turn?.addEventListener("click", async () => {
    if (await compass.allow()) turn.remove();
  });
  const links = ways(page.kase).map(([name, href, system]) => element("a", { class: "button", href, rel: "noopener noreferrer", "data-crs": system }, name));
  return element("section", { class: "there", "aria-labelledby": "case-there" }, element("h3", { id: "case-there", class: "visually-hidden" }, gettext("The way there")),
    element("div", { class: "point-there" }, arrow(), element("p", { role: "status" }, element("b", {}, gettext("Looking for your position…")), element("small", {}, "")), turn),
    element("details", { class: "hand-over" }, element("summary", {}, icon("navigation"), gettext("Lead me there with another map")), element("div", { class: "ways" }, ...links),
      element("p", { class: "note" }, gettext("Each map is given the place in its own coordinate system. It needs a line."))));
}

function papers(kase) {
  const all = kase.documents ?? [];
  if (!all.length) return null;
  const items = all.map(({ title, url }) => {
    const read = kase.read?.find((one) => one.url === url);
    if (!read) return element("li", {}, element("a", { href: url }, title), element("small", {}, gettext("not carried, needs a line")));
    return element("li", {}, element("details", {}, element("summary", {}, title), ...read.text.map((line) => element("p", {}, line))));
  });
  return element("section", { "aria-labelledby": "case-papers" }, element("h3", { id: "case-papers" }, gettext("Documents")), element("ul", { class: "paper-list" }, ...items));
}

function photo({ picture, subject }) {
  if (!picture) return null;
  const address = URL.createObjectURL(picture);
  stops.push(() => URL.revokeObjectURL(address));
  return element("img", { class: "case-photo", src: address, alt: interpolate(gettext("Photo: %s"), [subject]) });
}

function draw() {
  const { root, kase, pack } = page;
  const may = pack?.verbs?.[kase.status]?.includes("arrive");
  const arrive = may ? element("a", { class: "button huge arrive", href: `#act/${encodeURIComponent(kase.no)}/arrive` }, icon("map-pin-check"), element("span", {}, pack.labels.arrive, element("small", {}, ""))) : null;
  const inspect = pack?.verbs?.[kase.status]?.includes("inspect") ? element("a", { class: "button huge", href: `#act/${encodeURIComponent(kase.no)}/inspect` }, icon("camera"), element("span", {}, pack.labels.inspect)) : null;
  root.replaceChildren(element("a", { class: "back", href: "#today" }, icon("arrow-left"), gettext("Back to the list")), head(kase), photo(kase) ?? "", there(), facts(kase, pack), steps(page) ?? "", papers(kase) ?? "",
    element("p", { class: "note" }, element("a", { href: `/cases/${encodeURIComponent(kase.no)}/` }, gettext("The whole case (needs a line)"))),
    arrive || inspect ? element("div", { class: "acts" }, inspect, arrive) : "");
  point();
}

/** As it will stand when what this phone has recorded on it has arrived: without a line one step follows on another, too.
 *  What the server holds for a decision, or refused, moves nothing. */
async function foreseen(kase, pack) {
  const own = (await store.changes()).filter((one) => one.case_no === kase.no && ["waiting", "sending"].includes(one.state));
  const status = own.toSorted((one, other) => one.seq - other.seq).reduce((now, { verb }) => pack?.leads?.[now]?.[verb] ?? now, kase.status);
  return status === kase.status ? kase : { ...kase, status, status_label: interpolate(gettext("%s (not sent yet)"), [pack?.statuses?.[status] ?? status]) };
}

async function found(no, pack) {
  const kase = await caseFor(no);
  return kase && foreseen(kase, pack);
}

function missing(no) {
  return [element("p", { class: "message warning" }, interpolate(gettext("%s is not carried in this phone. With a line it opens; or it is closed, or not in your groups."), [no])),
    element("div", { class: "actions" }, element("a", { class: "button", href: `/cases/${encodeURIComponent(no)}/` }, gettext("Open the case's page")), element("a", { class: "button", href: "#today" }, gettext("Back to the list")))];
}

export const screen = {
  name: "case",
  async show(root, [no]) {
    const pack = await store.meta("pack");
    page = { root, kase: await found(no, pack), pack, here: await standpoint(), heading: null };
    if (!page.kase) return root.replaceChildren(...missing(no));
    draw();
    stops.push(compass.follow((heading) => {
      page.heading = heading;
      point();
    }));
    if (await granted()) {
      stops.push(listen((here) => {
        if (!page || !here || page.here?.source === "hand") return;
        page.here = { ...here, source: "gps" };
        point();
      }));
    } else if (!page.here) page.root.querySelector(".point-there b").textContent = gettext("The position is not allowed: the list shows how to allow it.");
  },
  hide() {
    stops.forEach((stop) => stop());
    stops = [];
    page = null;
  },
};
