/** The line between list and map: dragged, or moved by keys; how wide the list is, is remembered. */

import { byId } from "./elements.mjs";

const LEAST = 320;
const STEP = 24;
const KEPT = "list-width";
const line = () => byId("splitter");
const most = () => Math.max(LEAST, Math.round(window.innerWidth * 0.6));

function remember(width) {
  try {
    localStorage.setItem(KEPT, width);
  } catch {
    // a browser that keeps nothing shows the usual width the next time
  }
}

function remembered() {
  try {
    return Number(localStorage.getItem(KEPT));
  } catch {
    return 0;
  }
}

const width = () => Math.round(byId("list").getBoundingClientRect().width);

function say() {
  for (const [name, value] of Object.entries({ valuemin: LEAST, valuemax: most(), valuenow: width() })) line().setAttribute(`aria-${name}`, value);
}

function set(wanted, keep = true) {
  const next = Math.min(Math.max(Math.round(wanted), LEAST), most());
  byId("split").style.setProperty("--list", `${next}px`);
  if (keep) remember(next);
  say();
}

const KEYS = {
  ArrowLeft: () => width() - STEP, ArrowRight: () => width() + STEP, Home: () => LEAST, End: most,
};

function drag(event) {
  if (event.button) return;
  event.preventDefault();
  line().setPointerCapture(event.pointerId);
  const before = width() - event.clientX; // grasped beside the line, it does not jump to the pointer
  const follow = (move) => set(before + move.clientX, false);
  line().addEventListener("pointermove", follow);
  line().addEventListener("pointerup", () => {
    line().removeEventListener("pointermove", follow);
    remember(width());
  }, { once: true });
}

export function start() {
  if (remembered() >= LEAST) set(remembered(), false);
  else say();
  line().addEventListener("pointerdown", drag);
  line().addEventListener("dblclick", () => set(0));
  line().addEventListener("keydown", (event) => {
    if (!KEYS[event.key] || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    event.stopPropagation();
    set(KEYS[event.key]());
  });
}
