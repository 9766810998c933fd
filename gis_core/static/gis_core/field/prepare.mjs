/** 出勤前准备 (#prepare): what has to be so before somebody goes where there is no line, and one button for all of it. */

import { element, icon, moment } from "../elements.mjs";
import { carry, carryPapers } from "./carry.mjs";
import { freshFix } from "./fix.mjs";
import { canInstall, install, installed } from "./frame.mjs";
import { hello } from "./hello.mjs";
import * as store from "./store.mjs";
import { carriedTiles, carryTiles, full, ownGround } from "./tiles.mjs";

const SKEW_S = 120; // a record's time is taken for what the phone says
const OLD_H = 12; // one shift
const MB = 1024 * 1024;

const state = async (name) => {
  try {
    return (await navigator.permissions.query({ name })).state;
  } catch {
    return "prompt";
  }
};

const good = (words) => ({ good: true, words });
const lacking = (words) => ({ good: false, words });

async function shell() {
  const kept = (await caches.keys()).some((name) => name.startsWith("field-"));
  return kept && navigator.serviceWorker?.controller ? good(gettext("opens without a line")) : lacking(gettext("not kept yet: stay here a moment with a line"));
}

async function carried() {
  const [pack, cases] = [await store.meta("pack"), await store.cases()];
  if (!pack) return lacking(gettext("nothing carried"));
  const words = interpolate(gettext("%(cases)s cases, %(areas)s areas, %(cells)s grid cells, of %(at)s"), { cases: cases.length, areas: pack.areas.length, cells: pack.cells.length, at: moment(pack.at) }, true);
  return Date.now() - Date.parse(pack.carriedAt) > OLD_H * 3_600_000 ? lacking(`${words} · ${gettext("older than a shift")}`) : good(words);
}

async function papers() {
  const mine = (await store.cases()).filter((one) => one.mine);
  const ready = mine.filter((one) => one.papers).length;
  const words = interpolate(gettext("%(ready)s of %(all)s own cases"), { ready, all: mine.length }, true);
  return ready === mine.length ? good(words) : lacking(words);
}

async function map() {
  const pack = await store.meta("pack");
  const library = Boolean(await caches.match(document.body.dataset.mapWorker));
  if (!library) return lacking(gettext("the drawing library is not kept yet"));
  if (!ownGround(pack)) return good(gettext("areas, grid and cases; this server has no ground of its own to carry"));
  const tiles = await carriedTiles();
  const words = interpolate(gettext("%s tiles of the ground"), [tiles]);
  return tiles ? good(words) : lacking(words);
}

async function clockSkew() {
  const skew = await store.meta("skew_s");
  if (skew === undefined) return lacking(gettext("not compared with the server yet"));
  const seconds = Math.round(Math.abs(skew));
  if (seconds <= SKEW_S) return good(interpolate(gettext("%s s off the server's"), [seconds]));
  return lacking(interpolate(skew > 0 ? gettext("%s min fast: set the clock to automatic") : gettext("%s min slow: set the clock to automatic"), [Math.round(seconds / 60)]));
}

async function space() {
  const { used, quota } = await store.usage();
  const words = interpolate(gettext("%(used)s MB of %(quota)s MB used"), { used: Math.round(used / MB), quota: Math.round(quota / MB) }, true);
  return (await full()) ? lacking(`${words} · ${gettext("the carried map makes room first, evidence never")}`) : good(words);
}

/** name, what it is called, how it stands, and what is done about it on the button. */
const CHECKS = [
  ["install", () => gettext("Installed"), async () => (installed() ? good(gettext("on the home screen")) : lacking(canInstall() ? gettext("not yet") : gettext("choose “Add to home screen” in the browser's menu"))), () => canInstall() && install()],
  ["shell", () => gettext("Application"), shell, null],
  ["location", () => gettext("Position"), async () => ({ granted: good(gettext("allowed")), denied: lacking(gettext("refused: allow it in the browser's settings")), prompt: lacking(gettext("not asked yet")) })[await state("geolocation")], freshFix],
  ["camera", () => gettext("Camera"), async () => ({ granted: good(gettext("allowed")), denied: lacking(gettext("refused: files can be chosen instead")), prompt: lacking(gettext("not asked yet")) })[await state("camera")], askCamera],
  ["persist", () => gettext("Kept for good"), async () => ((await store.usage()).persisted ? good(gettext("the browser does not clear it")) : lacking(gettext("the browser may clear it when space is short: install the application"))), () => navigator.storage?.persist?.()],
  ["space", () => gettext("Space"), space, async () => (await full()) && store.dropBasemap()],
  ["pack", () => gettext("Carried"), carried, carryNow],
  ["papers", () => gettext("Papers"), papers, () => carryPapers(tell(gettext("Papers")))],
  ["map", () => gettext("Map"), map, carryMap],
  ["clock", () => gettext("Clock"), clockSkew, hello],
];

let page = null; // {root, areas}

async function askCamera() {
  const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
  stream.getTracks().forEach((track) => track.stop());
}

const tell = (what) => ({ done, all }) => says(interpolate(gettext("%(what)s: %(done)s of %(all)s"), { what, done, all }, true));
const says = (sentence) => page && (page.root.querySelector(".prepare-says").textContent = sentence);

async function carryNow() {
  says(gettext("Fetching cases, areas and words…"));
  const { status } = await carry({ areas: [...page.areas] });
  if (status !== 200) throw new Error(status === 0 ? gettext("There is no line.") : gettext("The server gave nothing: sign in again."));
}

async function carryMap() {
  const pack = await store.meta("pack");
  if (!pack) return;
  const { active } = (await navigator.serviceWorker?.getRegistration()) ?? {};
  active?.postMessage("libraries");
  const chosen = pack.areas.filter(({ code }) => page.areas.has(code));
  const { stopped } = await carryTiles(pack, chosen.length ? chosen : pack.areas, tell(gettext("Map")));
  if (stopped) throw new Error(gettext("Space runs short: the map is carried in part."));
}


function line([name, label], { good: fine, words }) {
  return element("li", { "data-check": name, class: fine ? "fine" : "lacking" }, icon(fine ? "circle-check" : "circle-alert"),
    element("div", {}, element("b", {}, label()), element("span", { class: "visually-hidden" }, fine ? gettext("ready") : gettext("not ready")), element("small", {}, words)));
}

async function refresh() {
  const mine = page;
  const found = await Promise.all(CHECKS.map((check) => check[2]()));
  if (mine === page) page.root.querySelector(".checks").replaceChildren(...CHECKS.map((check, nth) => line(check, found[nth])));
}

/** One after the other, each as far as it goes: a refused camera keeps nobody from carrying the cases. */
async function all(button) {
  button.disabled = true;
  const troubles = [];
  for (const [, label, , does] of CHECKS) {
    if (!does || !page) continue;
    says(interpolate(gettext("%s…"), [label()]));
    try {
      await does();
    } catch (error) {
      troubles.push(`${label()}${gettext(": ")}${error.name === "NotAllowedError" ? gettext("refused") : error.message}`);
    }
    if (page) await refresh();
  }
  if (!page) return;
  areas(await store.meta("pack"));
  says(troubles.length ? troubles.join(" ") : gettext("Everything that can be prepared here is prepared."));
  button.disabled = false;
  setTimeout(() => page && refresh(), 2000); // the library arrives by itself
}

/** Which areas' cases and ground are carried; the land itself is always carried whole. */
function areas(pack) {
  const box = page.root.querySelector(".areas");
  if (!pack) return box.replaceChildren();
  const boxes = pack.areas.map(({ code, name }) => {
    const input = element("input", { type: "checkbox", value: code });
    input.checked = page.areas.has(code);
    input.addEventListener("change", () => (input.checked ? page.areas.add(code) : page.areas.delete(code)));
    return element("label", {}, input, element("span", {}, name));
  });
  return box.replaceChildren(element("legend", { class: "label" }, gettext("Areas whose cases are carried")), element("p", { class: "note" }, gettext("None chosen: the areas of your own groups, and your unit's cases wherever they are.")), element("div", { class: "area-boxes" }, ...boxes));
}

export const screen = {
  name: "prepare",
  async show(root) {
    const pack = await store.meta("pack");
    page = { root, areas: new Set((await store.meta("areas")) ?? []) };
    const button = element("button", { type: "button", class: "primary huge" }, icon("check"), element("span", {}, gettext("Prepare everything")));
    button.addEventListener("click", () => all(button));
    root.replaceChildren(element("ul", { class: "checks" }), element("fieldset", { class: "areas" }), element("div", { class: "acts" }, element("p", { class: "prepare-says", role: "status" }), button));
    areas(pack);
    await refresh();
  },
  hide() {
    page = null;
  },
};
