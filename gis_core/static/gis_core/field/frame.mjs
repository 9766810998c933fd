/** What goes on round every screen once the first one is seen: the worker that keeps the application, sending, the chip,
 *  and news. */

import { byId, element } from "../elements.mjs";
import * as outbox from "./outbox.mjs";
import { carry, carryIfOld } from "./carry.mjs";
import { patrolRows } from "./patrol_rows.mjs";
import { meta } from "./store.mjs";

const SHOWN_MS = 10_000;
const chip = byId("field-chip");
const badge = byId("field-waiting");
const news = byId("field-news");
let installing = null; // the browser's own question whether to install, kept for our button

/** One line of news under its name, with acts; the same name replaces, null takes away. */
export function say(name, sentence, ...acts) {
  news.querySelector(`[data-news=${name}]`)?.remove();
  if (sentence) news.append(element("div", { class: "news", "data-news": name }, element("p", {}, sentence), ...acts));
}

function act(label, does, more = {}) {
  const made = element("button", { type: "button", ...more }, label);
  made.addEventListener("click", does);
  return made;
}

const count = (words, number) => interpolate(words, [number]);

/** [words, kind] of the chip; the kind only colours what the words say. */
function standing({ waiting, failed, conflicts }, online) {
  if (failed) return [count(gettext("Failed %s"), failed), "bad"];
  if (!online) return [waiting ? count(gettext("Offline · %s to send"), waiting) : gettext("Offline"), "warn"];
  if (conflicts) return [count(gettext("Conflict %s"), conflicts), "warn"];
  if (waiting) return [count(gettext("%s to send"), waiting), "warn"];
  return [gettext("All sent"), "good"];
}

async function draw() {
  const [numbers, { online, signedOut, revoked }] = [await outbox.counts(), outbox.standing()];
  const [words, kind] = standing(numbers, online);
  if (chip.textContent !== words) chip.textContent = words;
  chip.dataset.kind = kind;
  chip.hidden = false;
  const all = numbers.waiting + numbers.failed + numbers.conflicts;
  badge.textContent = all || "";
  badge.hidden = !all;
  const again = element("a", { class: "button", href: document.body.dataset.signIn }, gettext("Sign in"));
  say("signed-out", signedOut && gettext("Your session has ended. What you took down stays in this phone and is sent when you have signed in."), again);
  say("revoked", revoked && `${revoked} ${gettext("What was carried is removed. What you took down stays: export it in the outbox.")}`);
}

function heard({ kind, number, at }) {
  if (kind === "delivered") {
    const time = new Date(at ?? Date.now()).toLocaleTimeString("sv-SE", { timeZone: "Asia/Shanghai", hour: "2-digit", minute: "2-digit" });
    say("delivered", interpolate(ngettext("%(n)s record delivered, %(time)s by the server", "%(n)s records delivered, %(time)s by the server", number), { n: number, time }, true));
    setTimeout(() => say("delivered", ""), SHOWN_MS);
  }
  if (kind !== "progress") draw().catch(() => {});
}

/** A new release waits until it is asked for; the outbox is not part of a release. */
function offer(worker) {
  const update = () => worker.postMessage("take over");
  say("release", gettext("A new release of this application is ready. What waits to be sent stays."), act(gettext("Update now"), update, { class: "primary" }));
}

async function keepApplication() {
  const { serviceWorker } = navigator;
  if (!serviceWorker) return;
  const had = Boolean(serviceWorker.controller);
  let kept = had;
  serviceWorker.addEventListener("controllerchange", () => {
    if (kept) location.reload(); // another release than that of this page
    kept = true;
  });
  const registration = await serviceWorker.register(document.body.dataset.worker, { scope: "/field/", updateViaCache: "none" });
  if (registration.waiting && had) offer(registration.waiting);
  registration.addEventListener("updatefound", () => {
    const coming = registration.installing;
    coming.addEventListener("statechange", () => coming.state === "installed" && serviceWorker.controller && offer(coming));
  });
  const { active } = await serviceWorker.ready;
  active.postMessage("libraries");
}

/** Whether the application runs from the home screen. */
export const installed = () => matchMedia("(display-mode: standalone)").matches || navigator.standalone === true;

/** Install, where the browser lets us ask; null where only its own menu can. */
export const install = () => (installing ? installing.prompt() : null);
export const canInstall = () => Boolean(installing);

function hintToInstall() {
  const asked = "field-install-asked";
  if (installed() || localStorage.getItem(asked)) return;
  const later = () => {
    localStorage.setItem(asked, "1");
    say("install", "");
  };
  say("install", gettext("Install this application: from the home screen it opens without a line, and the phone does not clear it."),
    act(gettext("Install"), () => Promise.resolve(install()).then(later), { class: "primary" }), act(gettext("Not now"), later));
}

addEventListener("beforeinstallprompt", (event) => {
  event.preventDefault();
  installing = event;
  hintToInstall();
});

/** `again` draws the screen anew: after new cases were carried. */
export async function begin({ again }) {
  const changed = async () => {
    say("person", gettext("Somebody else is signed in now. What was carried for the other person is removed; records that wait stay."), act(gettext("Close"), () => say("person", "")));
    again();
    if ((await carry()).status === 200) again();
  };
  const renew = async () => {
    if ((await carryIfOld()) && ["today", "case"].includes(document.body.dataset.screen)) again();
    await patrolRows(await meta("person"))?.show(); // a patrol that waits is sent whatever screen is looked at
  };
  outbox.subscribe(heard);
  outbox.subscribe(({ kind }) => kind === "person" && changed().catch(() => {}));
  addEventListener("online", () => draw());
  addEventListener("offline", () => draw());
  await draw();
  outbox.start();
  keepApplication().catch(() => {}); // without a worker it runs as long as there is a line
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && renew().catch(() => {}));
  await renew();
}
