/** The change feed: asked twice a second while somebody looks, and answered 304 while nothing happens; slower and said
 * so when it does not answer. */

import { byId, clock } from "./elements.mjs";

const PACE = 500;
const SLOWEST = 30_000;
const LOST_AFTER = 3; // failures in a row
const PATIENCE = 5000; // ms for an answer: a line can take questions and give none

let cursor = null;
let etag = "";
let failures = 0;
let timer = 0;

const wait = () => Math.min(PACE * 2 ** failures, SLOWEST);

function say(sentence) {
  const place = byId("live-lost");
  place.hidden = !sentence;
  if (place.textContent !== sentence) place.textContent = sentence;
}

function succeeded() {
  failures = 0;
  say("");
  const text = interpolate(gettext("As of %(time)s"), { time: clock() }, true);
  if (byId("as-of").textContent !== text) byId("as-of").textContent = text;
}

function failed() {
  failures += 1;
  if (failures !== LOST_AFTER) return;
  say(interpolate(gettext("Live updates stopped at %(time)s; trying again every half minute at the latest."), { time: clock() }, true));
}

function signedOut() {
  say(gettext("You are signed out. Reload the page to sign in again."));
}

/** The whole answer, or an error when it is not there in time. */
async function inTime(read) {
  const late = new AbortController();
  const clock = setTimeout(() => late.abort(), PATIENCE);
  try {
    return await read(late.signal);
  } finally {
    clearTimeout(clock);
  }
}

async function question(signal) {
  const address = byId("map").dataset.changes + (cursor ? `?after=${encodeURIComponent(cursor)}` : "");
  const response = await fetch(address, { signal, cache: "no-store", headers: etag ? { "If-None-Match": etag } : {} });
  const { status } = response;
  if (!response.ok && ![304, 401, 403].includes(status)) throw new Error(`${status}`);
  return { status, etag: response.headers.get("ETag") ?? "", answer: response.ok ? await response.json() : null };
}

async function ask(onChanges) {
  const told = await inTime(question);
  if (told.status === 401 || told.status === 403) return signedOut();
  if (told.answer) take(told.answer, told.etag, onChanges);
  succeeded();
  return schedule(onChanges);
}

/** Something changed: by acts that are told, by a deadline that passed, or behind the acts, as an import does. */
function take(answer, newEtag, onChanges) {
  const first = cursor === null;
  [cursor, etag] = [answer.cursor, newEtag];
  if (!first) onChanges(answer.changes);
}

async function turn(onChanges) {
  timer = 0;
  if (document.hidden) return;
  try {
    await ask(onChanges);
  } catch {
    failed();
    schedule(onChanges);
  }
}

function schedule(onChanges) {
  timer ||= setTimeout(turn, wait(), onChanges);
}

export function start(onChanges) {
  document.addEventListener("visibilitychange", () => document.hidden || schedule(onChanges));
  schedule(onChanges);
}
