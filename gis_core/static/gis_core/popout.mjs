/** The map in a window of its own, for a second screen: filters, extent, chosen and pointed-at case go to and fro. */

import { byId } from "./elements.mjs";

const NAME = "enforcement-map-";
const WATCH = 1000; // ms between two looks whether the window is still there

/** The page that was opened as the map of another has that in its window's name, also after a reload. */
export const isMap = window.name.startsWith(NAME);
let channel = isMap ? new BroadcastChannel(window.name) : null;
let other = null;
let handlers = {};
let watching = 0;

export const isOpen = () => Boolean(other && !other.closed);

/** `kind` is filters, extent, chosen or hovered. Without another window nobody hears it. */
export function tell(kind, value) {
  channel?.postMessage({ kind, value });
}

function hear({ data: { kind, value } }) {
  if (kind === "bye") return isMap ? window.close() : closed();
  if (kind === "hello") return handlers.hello();
  return handlers[kind]?.(value);
}

function listen() {
  channel.addEventListener("message", hear);
  addEventListener("pagehide", () => tell("bye"));
}

function open() {
  if (isOpen()) return other.focus();
  const name = NAME + Math.random().toString(36).slice(2);
  channel?.close();
  channel = new BroadcastChannel(name);
  other = window.open(location.href, name, "popup,width=1200,height=900");
  if (!other) {
    channel.close();
    channel = null;
    return handlers.refused();
  }
  listen();
  watching = setInterval(() => isOpen() || closed(), WATCH);
  return handlers.opened();
}

function closed() {
  if (!other) return;
  clearInterval(watching);
  other = null;
  channel.close();
  channel = null;
  handlers.closed();
}

/** `told`: a function for each kind; for the list `hello` (the map is there), `opened`, `closed` and `refused` too. */
export function start(told) {
  handlers = told;
  if (isMap) {
    document.body.classList.add("popped");
    listen();
    tell("hello");
  } else byId("popout").addEventListener("click", open);
}
