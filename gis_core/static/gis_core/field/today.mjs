/** 今日 (#today): the open cases round about as text, the nearest first, before any map and without a line. */

import { element, icon, symbol } from "../elements.mjs";
import { inverse } from "./geodesic.mjs";
import { began, granted, listen, standpoint, startFrom, whyNot } from "./place.mjs";
import * as store from "./store.mjs";
import { due, marks, metres, ofFeature, stageNow, way, when } from "./words.mjs";

const RADII_M = [500, 1000, 3000, 5000];
const MOST = 50;
const MOVED_M = 10;

let page = null; // {root, cases, pack, here, radius, group, partly}
let unfollow = null;

const kept = (name) => localStorage.getItem(name);

/** The open cases within the radius, each with metres and bearing from here, the nearest first. */
export function nearest(cases, here, radius = Infinity) {
  return cases
    .map((kase) => ({ kase, ...inverse([here.lon, here.lat], [kase.lon, kase.lat]) }))
    .filter(({ metres: far }) => far <= radius)
    .sort((one, other) => one.metres - other.metres || (one.kase.no < other.kase.no ? -1 : 1));
}

/** Where nobody knows from where: the own unit's first, then by deadline. */
export function urgent(cases) {
  const at = ({ due_at: due }) => (due ? Date.parse(due) : Infinity);
  return cases.toSorted((one, other) => Number(other.mine ?? false) - Number(one.mine ?? false) || at(one) - at(other) || (one.no < other.no ? -1 : 1));
}

/** A case as a line of a list; without distance and bearing where nobody knows from where. */
export function row({ kase, metres: far, bearing }) {
  const [word, arrow] = far === undefined ? ["", ""] : way(bearing, far);
  const term = due(kase);
  return element("li", {}, element("a", { href: `#case/${encodeURIComponent(kase.no)}` },
    symbol(stageNow(kase)),
    element("span", { class: "what" },
      element("b", {}, kase.subject), element("span", { class: "address" }, kase.address || kase.no),
      element("span", { class: "state" }, element("span", {}, kase.status_label), term && element("span", { class: `due ${term.colour}` }, term.words),
        ...marks(kase).map(([said, kind]) => element("span", { class: `mark ${kind}` }, said)))),
    arrow && element("span", { class: "far" }, element("span", { class: "way" }, element("i", { "aria-hidden": "true" }, arrow), word), element("b", {}, metres(far)))));
}

function radii() {
  const box = element("fieldset", { class: "radii" }, element("legend", { class: "visually-hidden" }, gettext("Radius")));
  for (const radius of RADII_M) {
    const input = element("input", { type: "radio", name: "radius", value: radius });
    input.checked = radius === page.radius;
    input.addEventListener("change", () => {
      localStorage.setItem("field-radius", radius);
      page.radius = radius;
      draw();
    });
    box.append(element("label", {}, input, element("span", {}, metres(radius))));
  }
  return box;
}

/** The cooperation groups among what the person sees: a choice where there are several. */
function groups() {
  const names = new Map((page.pack?.areas ?? []).filter(({ group }) => group).map(({ group }) => [group.code, group.name]));
  const codes = [...new Set(page.cases.map((one) => one.group).filter(Boolean))].sort();
  if (codes.length < 2 || !names.size) return null;
  const choice = element("select", {}, element("option", { value: "" }, gettext("All groups")));
  for (const code of codes) choice.append(element("option", { value: code }, names.get(code) ?? code));
  choice.value = page.group;
  choice.addEventListener("change", () => {
    page.group = choice.value;
    draw();
  });
  return element("label", { class: "field" }, element("span", {}, gettext("Cooperation group")), choice);
}

/** Where the list is seen from, how well that is known, and how old what is listed is. */
function standing() {
  const { here, pack } = page;
  const told = [];
  if (here.source === "hand") told.push(interpolate(gettext("From the middle of %s"), [here.name]));
  else told.push(interpolate(gettext("Position ±%(accuracy)s · %(time)s"), { accuracy: metres(here.accuracy), time: when(here.at) }, true));
  if (page.ground) told.push(page.ground);
  if (pack) told.push(interpolate(navigator.onLine ? gettext("list of %s") : gettext("offline, carried at %s"), [when(pack.at)]));
  return told.join(" · ");
}

const button = (label, picture, does, more = {}) => {
  const made = element("button", { type: "button", ...more }, picture && icon(picture), element("span", {}, label));
  made.addEventListener("click", does);
  return made;
};

function list() {
  const seen = page.cases.filter((one) => !page.group || one.group === page.group);
  const found = nearest(seen, page.here, page.radius);
  const far = metres(page.radius);
  const count = interpolate(ngettext("%(n)s open case within %(far)s", "%(n)s open cases within %(far)s", found.length), { n: found.length, far }, true);
  const more = found.length > MOST ? interpolate(gettext(", the nearest %s shown"), [MOST]) : page.partly ? gettext(", the rest is being fetched") : "";
  if (found.length) return [element("p", { class: "count", role: "status" }, count + more), element("ol", { class: "near-list" }, ...found.slice(0, MOST).map(row))];
  const wider = RADII_M.find((one) => one > page.radius);
  const act = wider ? button(interpolate(gettext("Look within %s"), [metres(wider)]), null, () => {
    page.radius = wider;
    draw();
  }) : null;
  return [element("div", { class: "empty", role: "status" }, icon("circle-check"), element("h2", {}, interpolate(gettext("No open case within %s"), [far])),
    element("p", {}, gettext("Only open cases that your role sees are listed.")), act)];
}

/** By hand: the middle of an area. */
function byHand() {
  const areas = page.pack?.areas ?? [];
  if (!areas.length) return null;
  const choice = element("select", { id: "start-area" }, element("option", { value: "" }, gettext("My position")));
  for (const area of areas) choice.append(element("option", { value: area.code }, area.name));
  choice.value = page.here?.code ?? "";
  choice.addEventListener("change", async () => {
    await startFrom(areas.find(({ code }) => code === choice.value));
    if (!choice.value) look();
    await refresh();
  });
  return element("div", { class: "field by-hand" }, element("label", { for: "start-area" }, gettext("Look from")), choice);
}

/** Nobody knows from where: what is carried, one's own and the most urgent first, and how a place is found. */
function ask() {
  const why = whyNot();
  const known = urgent(page.cases).slice(0, MOST);
  const rows = known.length ? [element("p", { class: "count" }, gettext("Without a position: your own unit's cases and the nearest deadlines first.")), element("ol", { class: "near-list" }, ...known.map((kase) => row({ kase })))] : [];
  return element("div", { class: "ask" },
    element("p", {}, gettext("Your position sorts the open cases by distance. It stays in this phone until you record something.")),
    element("p", { class: "message warning locate-says", role: "status", hidden: !why }, why),
    why ? element("p", { class: "note" }, gettext("Allow it in the browser: the lock beside the address, or the phone's settings for this application. Or choose where you are by hand.")) : null,
    byHand(), ...rows, element("div", { class: "acts" }, button(gettext("Use my position"), "locate-fixed", look, { class: "primary huge" })));
}

function draw() {
  if (!page) return;
  page.drawn = page.here;
  if (!page.here) return page.root.replaceChildren(ask());
  const focus = document.activeElement?.closest?.(".near-list a")?.getAttribute("href");
  page.root.replaceChildren(radii(), element("p", { class: "stand" }, standing()), ...list(),
    element("div", { class: "elsewhere" }, byHand(), groups()),
    element("div", { class: "acts" }, element("a", { class: "button primary huge", href: "#new" }, icon("camera"), element("span", {}, gettext("Photograph and report"))),
      button(gettext("Update my position"), "locate-fixed", look, { class: "huge square", "aria-label": gettext("Update my position") })));
  if (focus) page.root.querySelector(`.near-list a[href="${CSS.escape(focus)}"]`)?.focus({ preventScroll: true });
}

/** Asked only where it was allowed, or by the button. */
function look() {
  const says = page.root.querySelector(".locate-says");
  if (says) Object.assign(says, { textContent: gettext("Looking for your position…"), hidden: false });
  unfollow?.();
  unfollow = listen(moved);
}

async function moved(here) {
  if (!page || (page.here?.source === "hand")) return;
  if (!here) return page.here ? undefined : draw();
  const before = page.drawn;
  if (before && inverse([before.lon, before.lat], [here.lon, here.lat]).metres < MOVED_M) return;
  await refresh();
}

/** Whose ground it is, once the areas are carried. */
async function groundHere() {
  if (!page.pack || page.here.source === "hand") return "";
  const { ground } = await import("./ground.mjs");
  const { area, sure } = ground(page.here, page.pack.areas);
  if (!area) return gettext("outside the carried areas");
  const named = area.group ? `${area.name}（${area.group.name}）` : area.name;
  return sure ? named : `${named} ${gettext("near a border, to be confirmed")}`;
}

async function refresh() {
  const mine = page;
  [mine.pack, mine.here] = [await store.meta("pack"), await standpoint()];
  if (mine.pack) [mine.cases, mine.partly] = [await store.cases(), false];
  if (mine !== page) return;
  draw();
  if (!mine.here) return;
  mine.ground = await groundHere().catch(() => "");
  if (mine === page && mine.ground) page.root.querySelector(".stand").textContent = standing();
}

export const screen = {
  name: "today",
  async show(root) {
    const known = window.fieldFirst; // what the very first visit asked for while the rest was loading
    page = { root, cases: [], pack: null, here: null, radius: Number(kept("field-radius")) || 1000, group: "", ground: "", partly: false };
    const first = known && !(await store.meta("pack")) && (await known);
    if (first) {
      began(first.here);
      Object.assign(page, { cases: first.features.map(ofFeature), partly: true });
    }
    await refresh();
    if (await granted()) look();
  },
  hide() {
    unfollow?.();
    [page, unfollow] = [null, null];
  },
};
