/** A list of any length in a page of a few rows: its height stands for all of them, its window for those that are seen.
 *
 * The rows of the window are the server's, from `first` on without a gap. On scrolling, rows beside it are asked for by
 * the place of its outermost row, and far ones go; where no row of it is seen any more, a new one is asked for by
 * position. What is seen never moves: whatever changes above it, the scroll position follows.
 */

import { byId } from "./elements.mjs";

const FAR = 2400; // px on each side of what is seen in which there are rows; at twice as far they go
const TALLEST = 8_000_000; // px; browsers end near twice as much, and a row counts for less height in a longer list
const USUAL = 72; // px of a row, before one was seen
const LEAD = 12; // rows asked for ahead of the one that the scroll bar stands at
const PAUSE = 90; // ms after the last scroll into the unknown

let first = 0; // position of the window's first row, from 0
let total = 0;
let [above, below] = [null, null]; // stand for the rows before and behind the window
let usual = USUAL;
let running = new AbortController(); // ends with the window
const asking = { ahead: null, behind: null };
let query = () => new URLSearchParams();
let onRows = () => {};
let timer = 0;
let looking = false; // for rows where the scroll bar stands

const scroll = () => byId("list-scroll");
const list = () => byId("case-list");
const items = () => [...(list()?.children ?? [])].filter((each) => each.querySelector(":scope > [data-case-no]"));
const rowOf = (item) => item?.querySelector(":scope > [data-case-no]") ?? null;
const unit = () => Math.min(usual, TALLEST / Math.max(total, 1));
const isSeen = () => scroll().clientHeight > 0;

export const size = () => total;

/** The position of a row among all, -1 for one that is not in the window. */
export function positionOf(row) {
  const index = items().findIndex((item) => rowOf(item) === row);
  return index < 0 ? -1 : first + index;
}

export const rowAt = (position) => rowOf(items()[position - first]);

/** How many rows fill what is seen of the list. */
export const perPage = () => Math.max(1, Math.floor(scroll().clientHeight / usual) - 1);

/** The topmost row of which anything is seen. */
export function topRow() {
  const { top } = scroll().getBoundingClientRect();
  return rowOf(items().find((item) => item.getBoundingClientRect().bottom > top));
}

function gap() {
  const made = document.createElement("li");
  made.className = "list-gap";
  made.setAttribute("aria-hidden", "true");
  return made;
}

/** Numbers for screen readers and heights for the scroll bar: which rows of how many these are. */
function number() {
  const all = items();
  all.forEach((item, index) => {
    item.setAttribute("aria-posinset", first + index + 1);
    item.setAttribute("aria-setsize", total);
  });
  above.style.height = `${first * unit()}px`;
  below.style.height = `${Math.max(0, total - first - all.length) * unit()}px`;
}

/** Change the window while what is seen stays where it is. */
function change(act) {
  const kept = topRow();
  const before = kept?.getBoundingClientRect().top;
  act();
  number();
  if (kept?.isConnected) scroll().scrollTop += kept.getBoundingClientRect().top - before;
}

async function ask(words) {
  const asked = query();
  for (const [name, value] of Object.entries(words)) asked.set(name, value);
  asked.set("newest", list().dataset.newest);
  asked.set("of", list().dataset.shown);
  const { signal } = running;
  const response = await fetch(`${byId("case-list-box").dataset.url}?${asked}`, { signal, headers: { "HX-Request": "true" } });
  if (!response.ok) throw new Error(`${response.status}`);
  const read = new DOMParser().parseFromString(`<ul>${await response.text()}</ul>`, "text/html");
  signal.throwIfAborted();
  const found = read.querySelector("ul[data-first]") ?? read.querySelector("ul");
  return { at: Number(found.dataset.first), goesOn: Boolean(found.querySelector(".more")), rows: [...found.querySelectorAll(":scope > li")].filter(rowOf) };
}

/** Rows beside the window, once at a time for each side; a side that does not answer is asked at the next scroll. */
function grow(side) {
  asking[side] ||= more(side).catch((error) => error.name === "AbortError" || soon(1000)).finally(() => { asking[side] = null; });
}

async function more(side) {
  const window = running;
  const all = items();
  const edge = rowOf(side === "ahead" ? all[0] : all.at(-1)).dataset.place;
  const { rows, goesOn } = await ask({ [side === "ahead" ? "ahead" : "before"]: edge });
  if (window !== running) return;
  change(() => {
    if (side === "ahead") {
      above.after(...rows);
      first = rows.length ? Math.max(1, first - rows.length) : 0; // only nothing before it says that it is the first
    } else {
      below.before(...rows);
      const end = first + items().length;
      total = goesOn ? Math.max(total, end + 1) : end;
    }
  });
  onRows();
  soon();
}

/** Take out what is far from what is seen, from the edge on up to a row that has the focus. */
function shorten() {
  const { top, bottom } = scroll().getBoundingClientRect();
  const measured = items().map((item) => ({ item, box: item.getBoundingClientRect() }));
  const far = ({ item, box }) => (box.bottom < top - 2 * FAR || box.top > bottom + 2 * FAR) && !item.contains(document.activeElement);
  const kept = measured.findIndex((each) => !far(each));
  const end = measured.findLastIndex((each) => !far(each));
  if (kept < 0 || (kept === 0 && end === measured.length - 1)) return;
  change(() => {
    for (const { item } of [...measured.slice(0, kept), ...measured.slice(end + 1)]) item.remove();
    first += kept;
  });
}

/** Keep the window round what is seen. */
function settle() {
  if (!list() || !above?.isConnected || !isSeen() || !items().length) return;
  const { top, bottom } = scroll().getBoundingClientRect();
  const [start, end] = [above.getBoundingClientRect().bottom, below.getBoundingClientRect().top];
  if (start > bottom || end < top) return lookFor(top, start, end);
  if (looking) lookNoMore();
  if (first > 0 && start > top - FAR) grow("ahead");
  if (first + items().length < total && end < bottom + FAR) grow("behind");
  return shorten();
}

/** The scroll bar stands where there are no rows: they come when it rests for a moment. */
function lookFor(top, start, end) {
  const into = end < top ? first + items().length + (top - end) / unit() : first - (start - top) / unit();
  const position = Math.min(Math.max(0, Math.floor(into)), total - 1);
  clearTimeout(timer);
  looking = true;
  scroll().setAttribute("aria-busy", "true");
  timer = setTimeout(() => open({ from: Math.max(0, position - LEAD) }, position).catch(gone), PAUSE);
}

/** It was scrolled back to the rows that are there. */
function lookNoMore() {
  looking = false;
  clearTimeout(timer);
  running.abort();
  running = new AbortController();
  scroll().removeAttribute("aria-busy");
}

function gone(error) {
  if (error.name === "AbortError") return;
  scroll().removeAttribute("aria-busy");
  soon(2000);
}

/** A new window. The row at `position`, or of the case asked for, is at the top, or `block` says where. */
async function open(words, position, block = "start") {
  running.abort();
  running = new AbortController();
  scroll().setAttribute("aria-busy", "true");
  const { at, rows } = await ask(words);
  scroll().removeAttribute("aria-busy");
  looking = false;
  if (!rows.length) return null;
  if (items().some((item) => item.contains(document.activeElement))) byId("list").focus({ preventScroll: true });
  for (const item of items()) item.remove();
  above.after(...rows);
  first = at;
  total = Math.max(total, first + rows.length);
  measure();
  number();
  const wanted = words.around
    ? rows.find((item) => rowOf(item).dataset.caseNo === words.around)
    : rows[Math.min(Math.max(0, position - first), rows.length - 1)];
  wanted?.scrollIntoView({ block });
  onRows();
  soon();
  return rowOf(wanted);
}

/** The row at a position, asked for where it is not there. */
export async function bring(position) {
  const wanted = Math.min(Math.max(0, position), total - 1);
  return rowAt(wanted) ?? open({ from: Math.max(0, wanted - 20) }, wanted, "center").catch(() => null);
}

/** The row of a case, asked for where it is not there; null where the list does not hold it. */
export const bringCase = (caseNo) => open({ around: caseNo }, 0, "center").catch(() => null);

function measure() {
  const all = items();
  const height = all.length ? all.at(-1).getBoundingClientRect().bottom - all[0].getBoundingClientRect().top : 0;
  if (height) usual = height / all.length;
}

function begin() {
  running.abort();
  running = new AbortController();
  clearTimeout(timer);
  looking = false;
  asking.ahead = asking.behind = null;
  list().querySelector(":scope > .more")?.remove();
  first = 0;
  total = Number(list().dataset.shown ?? 0);
  [above, below] = [gap(), gap()];
  list().prepend(above);
  list().append(below);
  measure();
  number();
}

let frame = 0;
function soon(wait = 0) {
  if (wait) setTimeout(soon, wait);
  else frame ||= requestAnimationFrame(() => {
    frame = 0;
    settle();
  });
}

/** `asked()` gives what the list asks for, `changed()` is called when rows came. */
export function start(asked, changed) {
  [query, onRows] = [asked, changed];
  const look = () => {
    if (!list()) return;
    if (!above?.isConnected) begin();
    soon();
  };
  look();
  scroll().addEventListener("scroll", () => soon(), { passive: true });
  new ResizeObserver(() => {
    if (!list() || !above?.isConnected || !isSeen()) return;
    change(measure);
    soon();
  }).observe(scroll());
  new MutationObserver(look).observe(byId("case-list-box"), { childList: true });
}
