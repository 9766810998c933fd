/** The bar of time under the map: how many cases began and ended when, and a slider to any day gone by. */

import { byId, element, number, officeDay, reducedMotion } from "./elements.mjs";

const DAY = 86_400_000; // ms
const STEP = 700; // ms between two days that are played, at least: the map has to be seen
const STEPS = 40; // of a play over the whole range
const FEWEST_STEPS = 10; // of a play over what is left of it, where that has as many days
const A_MINUTE = 60_000; // ms
const LABEL = 64; // px that a year or month takes below the bars
const MOST_DAYS = 800; // beyond it one bar stands for a month
const SVG = "http://www.w3.org/2000/svg";

const iso = (at) => new Date(at).toISOString().slice(0, 10);
const at = (day) => Date.parse(`${day}T00:00:00Z`);
let known = null; // the answer about days: first, last, bars, editions
let asked = ""; // for which range and group
let shown = ""; // the day of the map, "" for today
let group = "";
let range = { since: 0, until: 0 };
let onDay = () => {};
let isDrawn = () => true;
let playing = 0;
let played = ""; // the day that playing asked for last

const slider = () => byId("time-thumb");
const days = () => Math.round((range.until - range.since) / DAY);
const current = () => (shown ? at(shown) : at(known.last));

/** Whether the day that the answer calls today has ended since. */
const isOver = () => Boolean(known) && officeDay() > known.last;

/** Before a person's step: what today is, asked anew after midnight. */
const upToDate = async () => isOver() && load().then(edition);

async function load() {
  if (!byId("time").open) return;
  const wide = byId("time-range").value;
  const key = `${wide} ${group}`;
  if (key === asked && known && !isOver()) return draw();
  const last = known && !isOver() ? at(known.last) : at(officeDay());
  const query = new URLSearchParams(group ? { group } : {});
  if (wide) query.set("since", iso(last - Number(wide) * DAY));
  query.set("by", !wide || Number(wide) > MOST_DAYS ? "month" : "day");
  try {
    const response = await fetch(`${byId("time").dataset.days}?${query}`, { headers: { Accept: "application/json" } });
    if (!response.ok) return;
    known = await response.json();
  } catch {
    return; // opened again it asks again
  }
  asked = key;
  const [from, until] = [at(known.first ?? known.last), at(known.last)];
  range = { since: wide ? Math.max(until - Number(wide) * DAY, from) : from, until };
  draw();
}

function draw() {
  drawBars(query());
  drawAxis();
  place();
  byId("time-day").min = known.first ?? known.last;
  byId("time-day").max = known.last;
}

const query = () => known.bars.filter(({ day }) => at(day) >= range.since - 31 * DAY);

/** New ones up from the middle, ended ones down: read by place and not by colour alone. */
function drawBars(bars) {
  const wide = Math.max(days(), 1);
  const most = Math.max(1, ...bars.map(({ begun, ended }) => Math.max(begun, ended)));
  const each = bars.length > 1 ? Math.max(1, (at(bars[1].day) - at(bars[0].day)) / DAY) : 1;
  byId("time-bars").setAttribute("viewBox", `0 0 ${wide} 40`);
  byId("time-bars").replaceChildren(...bars.flatMap(({ day, begun, ended }) => {
    const x = (at(day) - range.since) / DAY;
    return [bar("begun", x, 20 - (20 * begun) / most, each * 0.8, (20 * begun) / most), bar("ended", x, 20, each * 0.8, (20 * ended) / most)];
  }));
}

function bar(kind, x, y, width, height) {
  const made = document.createElementNS(SVG, "rect");
  for (const [name, value] of Object.entries({ class: kind, x, y, width, height })) made.setAttribute(name, value);
  return made;
}

function drawAxis() {
  const from = new Date(range.since);
  const years = new Date(range.until).getUTCFullYear() - from.getUTCFullYear();
  const step = years > 1 ? 12 : 1;
  const marks = [];
  for (let month = years > 1 ? 12 - (from.getUTCMonth() % 12) : 1; ; month += step) {
    const moment = Date.UTC(from.getUTCFullYear(), from.getUTCMonth() + month, 1);
    if (moment > range.until) break;
    const mark = element("span", {}, iso(moment).slice(0, step === 12 ? 4 : 7));
    mark.style.left = `${share(moment)}%`;
    marks.push(mark);
  }
  const room = Math.max(1, Math.floor(byId("time-axis").clientWidth / LABEL));
  const thinned = marks.filter((_mark, index) => index % Math.ceil(marks.length / room) === 0);
  byId("time-axis").replaceChildren(...thinned);
}

const share = (moment) => (days() ? (100 * (moment - range.since)) / (range.until - range.since) : 100);

function place() {
  if (!known) return;
  const now = Math.min(Math.max(current(), range.since), range.until);
  const its = known.bars.find(({ day }) => day === iso(now));
  slider().style.left = `${share(now)}%`;
  slider().setAttribute("aria-valuemax", days());
  slider().setAttribute("aria-valuenow", Math.round((now - range.since) / DAY));
  const said = interpolate(gettext("%(begun)s new, %(ended)s ended"), { begun: number(its?.begun ?? 0), ended: number(its?.ended ?? 0) }, true);
  slider().setAttribute("aria-valuetext", byId("time-range").value ? `${iso(now)} · ${said}` : iso(now));
  byId("time-day").value = iso(now);
  byId("time-today").disabled = !shown;
}

/** Tell the page which day is shown; today is no day gone by. */
function go(moment, how = {}) {
  if (!known) return;
  const day = iso(Math.min(Math.max(moment, at(known.first ?? known.last)), at(known.last)));
  onDay(day === known.last ? "" : day, how);
}

function month(step) {
  const day = new Date(current());
  return Date.UTC(day.getUTCFullYear(), day.getUTCMonth() + step, Math.min(day.getUTCDate(), 28));
}

const KEYS = {
  ArrowLeft: () => current() - DAY, ArrowDown: () => current() - DAY, ArrowRight: () => current() + DAY, ArrowUp: () => current() + DAY,
  PageUp: () => month(-1), PageDown: () => month(1), Home: () => range.since, End: () => range.until,
};

function keydown(event) {
  if (!known || !KEYS[event.key] || event.altKey || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  upToDate().then(() => go(KEYS[event.key](), { replace: Boolean(shown) }));
}

function pointed(event) {
  const box = byId("time-track").getBoundingClientRect();
  const part = Math.min(Math.max((event.clientX - box.left) / box.width, 0), 1);
  return range.since + Math.round(part * days()) * DAY;
}

/** While dragged the thumb follows; the map is asked for when it is let go. */
function drag(event) {
  if (!known || event.button) return;
  byId("time-track").setPointerCapture(event.pointerId);
  const follow = (move) => { slider().style.left = `${share(pointed(move))}%`; };
  follow(event);
  byId("time-track").addEventListener("pointermove", follow);
  byId("time-track").addEventListener("pointerup", (up) => {
    byId("time-track").removeEventListener("pointermove", follow);
    const moment = pointed(up);
    upToDate().then(() => go(moment));
    slider().focus();
  }, { once: true });
}

function stop() {
  clearTimeout(playing);
  playing = 0;
  byId("time-play").setAttribute("aria-pressed", "false");
}

/** From the shown day on, a fortieth of the range at a time, or less where less is left; never faster than the map is
 *  drawn. */
function play() {
  if (playing || !known) return stop();
  byId("time-play").setAttribute("aria-pressed", "true");
  const left = (range.until - (shown ? current() : range.since)) / DAY;
  const step = Math.max(1, Math.round(Math.min(days() / STEPS, left / FEWEST_STEPS))) * DAY;
  let next = shown ? current() + step : range.since;
  let how = {}; // the first day is a step that Back undoes, the others go in its place
  const turn = () => {
    if (!isDrawn()) {
      playing = setTimeout(turn, 100);
      return;
    }
    if (next >= range.until) {
      stop();
      go(range.until, how);
      return;
    }
    playing = setTimeout(turn, reducedMotion() ? 2 * STEP : STEP);
    played = iso(next);
    go(next, how);
    how = { replace: true };
    next += step;
  };
  playing = setTimeout(turn);
  return undefined;
}

/** The page's filters changed: the day they show, and whose bars stand below the map. Where somebody takes another day
 *  than the one that is played, or none, it plays no further. */
export function show(day, filters) {
  if (playing && day !== shown && day !== played) stop();
  [shown, group] = [day, filters.get("group") ?? ""];
  byId("time-shown").textContent = day || gettext("Today");
  byId("time").classList.toggle("past", Boolean(day));
  const note = byId("past-note");
  note.hidden = !day;
  note.textContent = day ? interpolate(gettext("The map of %(day)s: cases as they stood at the end of that day. Nothing changes here, and nothing is done."), { day }, true) : "";
  document.body.classList.toggle("in-the-past", Boolean(day));
  const compare = byId("time-compare");
  if (compare) compare.href = `${compare.href.split("?")[0]}?${comparable(filters)}`;
  edition();
  if (day && !byId("time").open) byId("time").open = true;
  else load().then(place);
}

/** The filters that can be asked of two days: those that can be asked of any day gone by. The usual status is left out,
 *  as what was open and what was ended are told side by side. */
function comparable(filters) {
  const asked = new URLSearchParams(filters);
  asked.delete("stage");
  if (asked.get("status") === "open") asked.delete("status");
  return asked;
}

/** The edition in force that day stands in the map's corner. */
function edition() {
  const its = known?.editions.find(({ valid_from: since }) => since <= (shown || known.last));
  if (its && byId("edition")) byId("edition").textContent = its.name;
}

export function start(page) {
  ({ onDay, isDrawn } = page);
  byId("time").addEventListener("toggle", () => load().then(edition));
  slider().addEventListener("keydown", keydown);
  byId("time-track").addEventListener("pointerdown", drag);
  byId("time-play").addEventListener("click", () => upToDate().then(play));
  byId("time-today").addEventListener("click", () => (stop(), onDay("")));
  byId("time-range").addEventListener("change", load);
  byId("time-day").addEventListener("change", (event) => event.target.value && upToDate().then(() => go(at(event.target.value))));
  setInterval(upToDate, A_MINUTE);
}
