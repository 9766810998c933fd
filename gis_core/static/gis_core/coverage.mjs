/** The coverage page put together: table, map, legend, standard, card and keys. */

import { CoverageMap } from "./coverage_map.mjs";
import { countOf } from "./coverage_style.mjs";
import * as table from "./coverage_table.mjs";
import { byId, number } from "./elements.mjs";
import * as keyboard from "./keyboard.mjs";
import { canDraw } from "./map.mjs";
import { fill } from "./pieces.mjs";

const split = byId("split");
const drawable = canDraw();
const narrow = matchMedia("(max-width: 900px)");
const told = (id) => JSON.parse(byId(id)?.textContent ?? "null");
const entries = () => [...document.querySelectorAll("#legend [data-class]")];
let map = null;
let before = null; // what had the focus before the card

async function startMap() {
  if (map || !drawable || !byId("canvas").offsetWidth) return;
  const { moment, at, region } = byId("map").dataset;
  if (!moment) return;
  const letters = Object.fromEntries(entries().map(({ dataset }) => [dataset.class, dataset.letter]));
  map = await CoverageMap.make(byId("map"), region, {
    days: standard(), hidden: hidden(), letters, areas: told("only-areas"), moment: Number(moment), at,
  });
  if (!map) return;
  map.listen({ onCell: (code) => (code ? choose(code, "", { fromMap: true }) : back()), onHover: hovered });
  map.choose(table.chosen);
}

/* The standard tried for every cell; 0 while each keeps its own. */

const standard = () => (byId("standard-own")?.hidden === false ? Number(byId("standard").value) : 0);
const hidden = () => entries().filter((one) => !one.checked).map((one) => one.dataset.class);
const own = new Map();

function tryStandard(tried) {
  byId("standard-own").hidden = !tried;
  byId("standard-note").hidden = !tried;
  byId("standard").parentElement.classList.toggle("tried", tried);
  const days = standard();
  const said = byId("standard-said");
  said.textContent = days ? interpolate(ngettext("%(days)s day", "%(days)s days", days), { days }, true) : said.dataset.own;
  const counts = days ? countOf(told("tally"), days) : {};
  for (const one of entries()) {
    const place = one.closest(".entry").querySelector("[data-count]");
    if (!own.has(one)) own.set(one, place.textContent);
    place.textContent = one.dataset.class in counts ? number(counts[one.dataset.class]) : own.get(one);
  }
  map?.show({ days });
}

/* One cell: its row, its place, its card. */

function hovered(code) {
  table.hover(code);
  map?.mark("hover", code);
}

async function choose(code, box, { fromMap = false } = {}) {
  if (byId("card").hidden) before = document.activeElement;
  table.mark(code, { reveal: true });
  map?.mark("on", code);
  if (!fromMap) {
    if (drawable && narrow.matches) await setView("map");
    map?.mark("on", code);
    map?.go(box);
  }
  const card = byId("card");
  const at = byId("map").dataset.at;
  const address = `${byId("cells").dataset.url.replace(/rows\/$/, "cells/")}${encodeURIComponent(code)}/${at ? `?at=${at}` : ""}`;
  if (split.dataset.view === "list") await setView("both");
  try {
    await fill(card, address);
  } catch {
    card.replaceChildren(byId("card-lost").content.cloneNode(true));
  }
  card.hidden = false;
  card.focus({ preventScroll: true });
}

/** Whether there was a step to go back. */
function back() {
  if (!byId("card").hidden) {
    byId("card").hidden = true;
    table.mark("");
    map?.mark("on", "");
    if (before?.isConnected) before.focus({ preventScroll: true });
    return true;
  }
  return table.clear();
}

async function setView(view) {
  split.dataset.view = view;
  await startMap();
  map?.map.resize();
}

function nextView() {
  if (!drawable) return;
  const views = narrow.matches ? ["both", "map"] : ["both", "list", "map"];
  setView(views[(views.indexOf(split.dataset.view) + 1) % views.length]);
}

/** What is chosen is walked, ground in no cell as well: today's, for it is numbered anew each day. Only cells are held
 *  by somebody; one alone is posted to at once, several in the list of people. */
function aim(codes) {
  const cells = [...codes].filter((code) => !code.includes("~"));
  const walked = byId("map").dataset.at ? cells : [...codes];
  const [plan, post] = [byId("plan-patrol"), byId("post-people")];
  if (plan) plan.href = walked.length ? `${plan.dataset.url}?${new URLSearchParams({ cells: walked.join(",") })}` : plan.dataset.url;
  if (post) post.href = cells.length === 1 ? post.dataset.one.replace("CODE", cells[0]) : post.dataset.url;
  map?.choose(codes);
}

/** The button for the map floats above the foot, which is higher where its buttons wrap. */
function keepAboveFoot() {
  const foot = document.querySelector(".foot");
  const measure = () => byId("view-toggle").style.setProperty("--foot", `${foot.offsetHeight}px`);
  if (foot) new ResizeObserver(measure).observe(foot);
}

function start() {
  keepAboveFoot();
  byId("no-map").hidden = drawable;
  byId("view-toggle").hidden = !drawable;
  byId("view-toggle").addEventListener("click", nextView);
  document.addEventListener("click", (event) => { if (event.target.closest("[data-close]")) back(); });
  if (byId("coverage-filters")) {
    table.start({ onCell: choose, onHover: hovered, onChosen: aim });
    byId("standard").addEventListener("input", () => tryStandard(true));
    byId("standard-own").addEventListener("click", () => (tryStandard(false), byId("standard").focus()));
    byId("legend").addEventListener("change", () => map?.show({ hidden: hidden() }));
    keyboard.start({ keys: { j: () => table.walk(1), k: () => table.walk(-1), x: table.toggle, m: nextView }, onEscape: back });
  }
  if (matchMedia("(max-width: 1180px), (max-height: 560px)").matches && byId("legend")) byId("legend").open = false;
  addEventListener("beforeprint", () => { if (byId("legend")) byId("legend").open = true; });
  setView(drawable ? "both" : "list");
}

start();
