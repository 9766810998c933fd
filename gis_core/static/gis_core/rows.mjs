/** A list of any length in a page of a few rows: those far from what is seen are taken out, their height stays.
 *
 * The server gives rows on and on; here some hundred are kept in the page. A row that was taken out is kept whole, so
 * that its marks come back with it.
 */

import { byId } from "./elements.mjs";

const FAR = 2400; // px on each side of what is seen in which rows are put back; at twice as far they are taken out
const above = []; // taken out at the top, the nearest last
const below = []; // taken out at the bottom, the nearest last

const scroll = () => byId("list-scroll");
const list = () => byId("case-list");
const items = () => [...list().children].filter((each) => each.querySelector(":scope > [data-case-no]"));
let spacer = null;
let tail = null;

const gap = () => {
  const made = document.createElement("li");
  made.className = "list-gap";
  made.setAttribute("aria-hidden", "true");
  return made;
};

const sum = (rows) => rows.reduce((height, { height: its }) => height + its, 0);

function stretch() {
  spacer.style.height = `${sum(above)}px`;
  tail.style.height = `${sum(below)}px`;
}

/** Numbers for screen readers: which of how many; the list's total is said beside it. */
function count() {
  const first = above.length;
  const total = byId("count").textContent.match(/[\d,]+/)?.[0].replaceAll(",", "") ?? -1;
  items().forEach((item, index) => {
    item.setAttribute("aria-posinset", first + index + 1);
    item.setAttribute("aria-setsize", total);
  });
}

const holdsFocus = (item) => item.contains(document.activeElement);

/** Keep the window round what is seen. Everything is measured once, before anything is moved. */
function settle() {
  if (!list() || !spacer?.isConnected) return;
  const { top, bottom } = scroll().getBoundingClientRect();
  const measured = items().map((item) => ({ item, box: item.getBoundingClientRect() }));
  const [start, end] = [spacer.getBoundingClientRect().bottom, tail.getBoundingClientRect().top];
  const upper = measured.filter(({ item, box }) => box.bottom < top - 2 * FAR && !holdsFocus(item));
  const lower = measured.filter(({ item, box }) => box.top > bottom + 2 * FAR && !holdsFocus(item));
  spacer.after(...nearest(above, start - (top - FAR)).reverse());
  tail.before(...nearest(below, bottom + FAR - end));
  if (upper.length) takeOut(upper, above, measured[0].item);
  if (lower.length) takeOut(lower.reverse(), below, measured.at(-1).item);
  stretch();
  count();
}

/** So many of those taken out as fill that height, the nearest first. */
function nearest(rows, height) {
  const found = [];
  let left = height;
  while (left > 0 && rows.length) {
    const row = rows.pop();
    found.push(row.item);
    left -= row.height;
  }
  return found;
}

/** Only from the edge on: a row that has the focus stays, and so do those between it and what is seen. */
function takeOut(far, into, edge) {
  let next = edge;
  for (const { item, box } of far) {
    if (item !== next) return;
    next = into === above ? item.nextElementSibling : item.previousElementSibling;
    item.remove();
    into.push({ item, height: box.height });
  }
}

function begin() {
  above.length = below.length = 0;
  spacer = gap();
  tail = gap();
  list().prepend(spacer);
  const more = list().querySelector(":scope > .more");
  if (more) more.before(tail);
  else list().append(tail);
  count();
}

/** The row of a case, in the page or taken out of it. */
export const kept = (caseNo) =>
  [...above, ...below].map(({ item }) => item.querySelector("[data-case-no]")).find((row) => row?.dataset.caseNo === caseNo) ?? null;

/** Bring a row that was taken out back into the page, with those between. */
export function bringBack(row) {
  if (!row || row.isConnected) return;
  const from = above.some(({ item }) => item.contains(row)) ? above : below;
  while (!row.isConnected && from.length) {
    const { item } = from.pop();
    if (from === above) spacer.after(item);
    else tail.before(item);
  }
  stretch();
  count();
}

export function start() {
  let waiting = 0;
  const soon = () => {
    waiting ||= requestAnimationFrame(() => {
      waiting = 0;
      settle();
    });
  };
  if (list()) begin();
  scroll().addEventListener("scroll", soon, { passive: true });
  new MutationObserver(() => {
    if (!list()) return;
    if (!spacer?.isConnected) begin();
    else if (tail.nextElementSibling?.querySelector("[data-case-no]")) {
      const more = list().querySelector(":scope > .more");
      if (more) more.before(tail);
      else list().append(tail);
    }
    soon();
  }).observe(byId("case-list-box"), { childList: true, subtree: true });
}
