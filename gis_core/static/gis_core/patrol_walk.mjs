/** The page that a phone records a patrol with: every point is kept at once, and a reload goes on where it was. */

import { byId, clock, element, moment } from "./elements.mjs";
import { Outbox } from "./patrol_outbox.mjs";
import { forget, keepPatrol, keepPoint, keepStop, patrolsOf, pointCount, stopsOf } from "./patrol_store.mjs";
import { position } from "./position.mjs";

const root = byId("walk");
const who = root.dataset.who;
const LONGEST_MS = 24 * 3_600_000; // what the server takes for one patrol
const FRESH_MS = 15_000;
const BELIEVED_M = 50;

let patrol = null;
let last = null; // the last point of the watch, and when it came
let watching = null;
let figures = { points: 0, stops: 0 };

const say = (sentence) => (byId("says").textContent = sentence);
const outbox = new Outbox({
  who, address: root.dataset.address, section: byId("outbox"),
  reportLink: () => byId("report-link")?.content.firstElementChild.cloneNode(true) ?? null,
});

function show() {
  const state = patrol ? (patrol.endedAt ? "ended" : "walking") : "idle";
  root.dataset.state = state;
  for (const part of root.querySelectorAll("[data-shown]")) part.hidden = part.dataset.shown !== state;
  if (!patrol) return;
  byId("since").textContent = interpolate(gettext("On patrol since %(time)s"), { time: moment(patrol.startedAt) }, true);
  byId("points").textContent = figures.points;
  byId("stops").textContent = figures.stops;
  byId("accuracy").textContent = last ? `±${last.accuracy} m` : "–";
}

const REFUSED = 1;

function unheard(error) {
  say(error.code === REFUSED
    ? gettext("The position was refused. Allow it in the browser's settings: without it neither track nor check-in can be recorded.")
    : gettext("No position at the moment. It is recorded again as soon as the device finds one."));
}

async function heard({ coords }) {
  const mine = patrol;
  if (!mine || mine.endedAt) return;
  const at = Date.now();
  if (at - mine.startedAt > LONGEST_MS) return end();
  last = { lon: coords.longitude, lat: coords.latitude, accuracy: Math.round(coords.accuracy), at };
  try {
    await keepPoint(mine.key, last);
    figures.points += 1;
    show();
  } catch {
    say(gettext("This phone could not keep the point: its storage is full or forbidden."));
  }
}

let awake = null;

async function stayAwake() {
  try {
    if (patrol && !patrol.endedAt && document.visibilityState === "visible") awake = await navigator.wakeLock?.request("screen");
  } catch {
    // The screen goes dark as ever; recording goes on when it is lit again.
  }
}

function watch() {
  if (watching !== null) return;
  if (!navigator.geolocation) return unheard({ code: REFUSED });
  watching = navigator.geolocation.watchPosition(heard, unheard, { enableHighAccuracy: true, maximumAge: 0, timeout: 60_000 });
  stayAwake();
}

async function start() {
  say("");
  const begun = { key: crypto.randomUUID(), who, startedAt: Date.now(), endedAt: null, result: "", note: "", why: "", refused: false, receipt: null };
  try {
    await keepPatrol(begun);
  } catch {
    return say(gettext("This browser keeps nothing for this page, so a patrol would be lost: leave private browsing."));
  }
  navigator.storage?.persist?.();
  [patrol, last, figures] = [begun, null, { points: 0, stops: 0 }];
  watch();
  show();
}

async function checkIn() {
  const button = byId("check-in");
  button.disabled = true;
  say(gettext("Looking for your position…"));
  try {
    const here = last && Date.now() - last.at < FRESH_MS ? { ...last } : await position();
    const stop = { lon: here.lon, lat: here.lat, accuracy: here.accuracy, at: Date.now() };
    await keepStop(patrol.key, stop);
    figures.stops += 1;
    const words = { time: clock(), accuracy: stop.accuracy };
    say(interpolate(stop.accuracy > BELIEVED_M
      ? gettext("Checked in at %(time)s, but only to ±%(accuracy)s m: it may not count. Check in again in the open.")
      : gettext("Checked in at %(time)s, ±%(accuracy)s m."), words, true));
  } catch (error) {
    say(error.message);
  } finally {
    button.disabled = false;
    show();
  }
}

/** Ended only with something to show; somebody who recorded nothing may let the patrol go. */
async function end() {
  if (!figures.points && !figures.stops) return offerToDrop();
  if (watching !== null) navigator.geolocation.clearWatch(watching);
  watching = null;
  awake?.release();
  patrol = { ...patrol, endedAt: Math.min(Date.now(), patrol.startedAt + LONGEST_MS) };
  await keepPatrol(patrol);
  say("");
  show();
}

function offerToDrop() {
  const drop = element("button", { type: "button", class: "small" }, gettext("Give this patrol up"));
  drop.addEventListener("click", async () => {
    await forget(patrol.key);
    location.reload();
  });
  byId("says").replaceChildren(gettext("Nothing is recorded yet, so nothing would show this patrol. Check in first."), " ", drop);
}

async function finish(result) {
  patrol = { ...patrol, result, note: byId("walk-note").value };
  await keepPatrol(patrol);
  byId("walk-note").value = "";
  patrol = null;
  show();
  say("");
  await outbox.show();
  await outbox.send();
}

byId("start").addEventListener("click", start);
byId("check-in").addEventListener("click", checkIn);
byId("end").addEventListener("click", end);
byId("walk-note").addEventListener("change", () => patrol && keepPatrol((patrol = { ...patrol, note: byId("walk-note").value })));
for (const button of root.querySelectorAll("[data-result]")) button.addEventListener("click", () => finish(button.dataset.result));
document.addEventListener("visibilitychange", stayAwake);

/** Where the page was left: a patrol without a result is taken up again. */
async function resume() {
  patrol = (await patrolsOf(who)).find((one) => !one.result) ?? null;
  if (patrol) {
    figures = { points: await pointCount(patrol.key), stops: (await stopsOf(patrol.key)).length };
    byId("walk-note").value = patrol.note;
    const late = Date.now() - patrol.startedAt > LONGEST_MS;
    if (!patrol.endedAt && late && figures.points + figures.stops) await end();
    else if (!patrol.endedAt) watch();
  }
  show();
  await outbox.show();
  await outbox.send();
}

resume().catch(() => say(gettext("This browser keeps nothing for this page, so a patrol would be lost: leave private browsing.")));
