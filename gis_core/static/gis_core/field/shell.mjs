/** The application's frame: which screen the address names, the bar, the chip that says where everything is. */

import { byId, element } from "../elements.mjs";
import { screen as today } from "./today.mjs";

/** Each module exports `screen`: {name, show(root, params), hide?()}. The address is #name/param/param. */
const SCREENS = {
  today: { title: () => gettext("Open cases nearby"), load: async () => today },
  map: { title: () => gettext("Map"), load: loadMap },
  new: { title: () => gettext("Quick report"), load: async () => (await import("./new.mjs")).screen },
  outbox: { title: () => gettext("To be sent"), load: async () => (await import("./outbox_screen.mjs")).screen },
  me: { title: () => gettext("Me"), load: async () => (await import("./me.mjs")).screen },
  case: { title: () => gettext("Case"), under: "today", load: async () => (await import("./case.mjs")).screen },
  act: { title: () => gettext("On the site"), under: "today", bare: true, load: async () => (await import("./act.mjs")).screen },
  prepare: { title: () => gettext("Before you set out"), under: "me", load: async () => (await import("./prepare.mjs")).screen },
  patrol: { title: () => gettext("Patrol"), under: "me", load: async () => (await import("./patrol.mjs")).screen },
};

let rest = null;

const arrived = (piece) => new Promise((resolve, reject) => {
  piece.onload = resolve;
  piece.onerror = () => reject(new Error(`No ${piece.src || piece.href}`));
  document.head.append(piece);
});

/** All words and styles: only the first screen does without them. */
function everything() {
  const pieces = JSON.parse(document.body.dataset.more).map((address) => (address.endsWith(".css") ? Object.assign(document.createElement("link"), { rel: "stylesheet", href: address }) : Object.assign(document.createElement("script"), { src: address })));
  rest ??= Promise.all(pieces.map(arrived)).catch((error) => {
    rest = null; // asked for again the next time
    throw error;
  });
  return rest;
}

async function loadMap() {
  const worker = expectMap();
  import("./land_map.mjs").catch(() => {}); // a picture is drawn while it comes
  const { screen } = await import("./map.mjs");
  return { ...screen, show: (root) => screen.show(root, [worker]) };
}

/** The library starts on its way with the press, beside the modules that will ask for it. */
function expectMap() {
  const { mapModule, mapWorker } = document.body.dataset;
  document.head.append(Object.assign(document.createElement("link"), { rel: "modulepreload", href: mapModule }));
  return fetch(mapWorker);
}

const frame = byId("screen");
let shown = null; // {name, screen}
let turn = 0;

function address() {
  const [name, ...params] = location.hash.replace(/^#/, "").split("/").map(decodeURIComponent);
  return SCREENS[name] ? { name, params } : { name: "today", params: [] };
}

function mark(name) {
  const { title, under = name, bare = false } = SCREENS[name];
  byId("field-title").textContent = title();
  document.body.dataset.screen = name;
  document.body.classList.toggle("bare", bare);
  for (const link of document.querySelectorAll(".field-bar a")) {
    if (link.hash === `#${under}`) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
}

/** Draw what the address names. A screen whose module does not come says so and can be tried again. */
async function route({ first = false } = {}) {
  turn += 1;
  const mine = turn;
  const { name, params } = address();
  shown?.screen?.hide?.();
  shown = null;
  mark(name);
  const root = element("div", { class: `screen screen-${name}` });
  frame.replaceChildren(root);
  try {
    const [screen] = await Promise.all([SCREENS[name].load(), name === "today" ? null : everything()]);
    if (mine !== turn) return;
    shown = { name, screen };
    await screen.show(root, params);
  } catch (error) {
    console.warn(error);
    if (mine === turn) root.replaceChildren(broken());
  }
  if (mine !== turn || first) return;
  scrollTo(0, 0);
  if (!root.contains(document.activeElement)) byId("field-title").focus({ preventScroll: true });
}

function broken() {
  const again = element("button", { type: "button", class: "primary" }, gettext("Try again"));
  again.addEventListener("click", () => route());
  const sentence = gettext("This screen could not be opened. What was taken down is safe in this phone.");
  return element("div", { class: "message error" }, element("p", {}, sentence), again);
}

/** The address names screens, so the skip link moves the focus and not the address. */
document.querySelector(".skip").addEventListener("click", (event) => {
  event.preventDefault();
  frame.focus();
});
addEventListener("hashchange", () => route());
route({ first: true }).finally(async () => {
  const [{ begin }] = await Promise.all([import("./frame.mjs"), everything()]);
  await begin({ again: () => route() });
  await import("./map.mjs"); // ours is kept anyway; what is large waits for the press
});
