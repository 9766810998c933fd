/**
 * Sending what was taken down: when there is a line, as often as it takes, once.
 *
 * A change goes before its photos, the changes of a case in their order, cases beside each other. The key makes a second
 * try harmless, so whatever was on its way when the phone died is simply sent again.
 */

import * as store from "./store.mjs";
import { hello } from "./hello.mjs";
import { ask, sentences, token } from "./line.mjs";
import { named } from "./refusal.mjs";
import { sendPhoto } from "./photo_upload.mjs";

const CHANGES = "/api/v1/field/changes/";
const AT_ONCE = 3; // cases beside each other
const PAUSES_S = [3, 10, 30, 60, 120, 300];
const BUSY_MS = 3000;
const LONGEST_HELD_MS = 60_000; // longer is a clock that was set back
const BODY = ["key", "device", "seq", "kind", "verb", "case_no", "base_version", "after", "captured_at", "place", "words", "second", "photos"];
export const TO_SEND = ["waiting", "sending"];

const listeners = new Set();
const now = { busy: false, signedOut: "", revoked: "", progress: {}, delivered: null };
let turn = 0; // how often in a row there was no line
let timer = 0;
let met = null; // the session in which the server last said who is signed in

export const standing = () => ({ ...now, online: navigator.onLine });

/** Calls with what is new, {kind}, until what it answers is called. */
export function subscribe(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export const tell = (news = { kind: "changed" }) => listeners.forEach((listener) => listener(news));

async function keep(change, news) {
  Object.assign(change, news);
  await store.keepChange(change);
  tell();
}

/** For how much longer it may be undone, and so is not sent. */
function heldMs({ heldUntil = 0 }) {
  const left = heldUntil - Date.now();
  return left > 0 && left <= LONGEST_HELD_MS ? left : 0;
}

/** The request's words. All but `sent_at` are the same with every try. */
const bodyOf = (change) => {
  const told = BODY.filter((name) => name !== "verb" || change.verb).map((name) => [name, change[name] ?? null]);
  return Object.fromEntries([...told, ["sent_at", new Date().toISOString()]]);
};

export function later(ms) {
  clearTimeout(timer);
  timer = setTimeout(send, ms);
}

/** Send what waits. `pressed` tries what failed, too. One tab at a time does it. */
export async function send({ pressed = false } = {}) {
  if (pressed) turn = 0;
  if (!navigator.onLine) return tell();
  await navigator.locks.request("field-outbox", { ifAvailable: true }, async (lock) => {
    if (!lock) return later(BUSY_MS); // what is being sent knows nothing of what was taken down since
    now.busy = true;
    tell();
    try {
      await run(pressed);
    } finally {
      now.busy = false;
      tell();
    }
  });
}

async function run(pressed) {
  if (pressed) await takeUpFailed();
  const all = await store.changes();
  const photos = await photosThatWait(all);
  const open = all.filter((one) => TO_SEND.includes(one.state));
  const idle = !open.length && !photos.length && !all.some(undecided);
  if (idle && met === token() && met) return;
  const { id } = await store.device();
  const username = await signedIn(id);
  if (username === null || idle) return;
  const mine = (change) => !change.username || change.username === username;
  const missing = await unsent(all);
  const ready = open.filter((one) => mine(one) && !heldMs(one) && (one.case_no || !missing.has(one.after)));
  const delivered = { number: 0, at: null };
  const broken = { line: false };
  await beside(groups(ready, open), (group) => inOrder(group, id, delivered, broken));
  if (!broken.line) await refresh(id);
  if (!broken.line) await sendPhotos(mine, id, broken);
  if (delivered.number) {
    now.delivered = delivered;
    tell({ kind: "delivered", ...delivered });
  }
  plan(broken.line, await store.changes());
}

/** Reports that are drafts again or were refused: what builds on one of them waits in the phone, not at the server. */
async function unsent(all) {
  const refusedOnes = all.filter((one) => one.kind === "report" && one.state === "failed");
  return new Set([...(await store.drafts()), ...refusedOnes].map(({ key }) => key));
}

/** Say anew who this phone is: its name has changed. */
export function introduce() {
  met = null;
  return send();
}

/** When to go on: after a pause where the line broke, or when what may still be undone may be sent. */
function plan(brokenLine, all) {
  const held = all.filter((one) => TO_SEND.includes(one.state) && heldMs(one)).map((one) => heldMs(one) + 50);
  if (brokenLine) {
    held.push(PAUSES_S[Math.min(turn, PAUSES_S.length - 1)] * 1000);
    turn += 1;
  } else turn = 0;
  if (held.length) later(Math.min(...held));
}

const undecided = (change) => change.state === "conflict" || (change.state === "delivered" && change.receipt?.state === "waiting");

/** What was refused is tried once more when somebody asks for it. */
async function takeUpFailed() {
  for (const change of await store.changes()) {
    if (change.state === "failed") await keep(change, { state: "waiting", why: [] });
    for (const photo of await store.photosOf(change.key)) {
      if (photo.state === "failed") await store.keepPhoto({ ...photo, state: "waiting", why: "" });
    }
  }
}

/** Who is signed in here: what another person took down on this phone waits for that person. Null: nobody, or no line. */
async function signedIn(id) {
  if (!token()) await ask(`${CHANGES}?device=${id}`, { device: id }); // brings the cookie
  const { status, answer, changed } = await hello();
  if (status === 200) {
    Object.assign(now, { signedOut: "", revoked: "" });
    met = token();
    if (changed) tell({ kind: "person" });
    return answer.username ?? (await store.meta("person"))?.username ?? "";
  }
  if (!barred(status, answer)) plan(true, []);
  tell();
  return null;
}

/** Not signed in, or the phone was taken out of service: nothing is sent and nothing is lost. */
function barred(status, answer) {
  if (status !== 401 && status !== 403) return false;
  const said = sentences(answer).join(" ");
  if (answer?.revoked) {
    now.revoked = said;
    store.dropCarried().then(() => tell({ kind: "revoked" }));
  } else now.signedOut = said || gettext("Sign in again.");
  return true;
}

/** Changes by case, each in the order of its numbers; none before one that still may be undone. */
function groups(ready, open) {
  const sorted = new Map();
  for (const change of ready.toSorted((one, other) => one.seq - other.seq)) {
    const held = open.some((one) => one.group === change.group && one.seq < change.seq && heldMs(one));
    if (!held) sorted.set(change.group, [...(sorted.get(change.group) ?? []), change]);
  }
  return [...sorted.values()];
}

async function beside(pieces, does) {
  const waiting = [...pieces];
  const worker = async () => {
    while (waiting.length) await does(waiting.shift());
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

async function inOrder(changes, id, delivered, broken) {
  for (const change of changes) {
    if (broken.line) return;
    const gone = await post(change, id, delivered, broken);
    if (gone) continue;
    if (change.state !== "failed" || change.kind === "report") return;
    await buildOn(change, changes);
  }
}

/** What builds on a change that was refused builds on the one before it: the law's order is the server's to hold. */
async function buildOn(refusedOne, sameRun) {
  const others = (await store.changes()).filter((one) => !sameRun.some(({ key }) => key === one.key));
  for (const one of [...sameRun, ...others]) {
    if (one.after === refusedOne.key && !one.tried) await keep(one, { after: refusedOne.after });
  }
}

/** Whether the server has it now. */
async function post(change, id, delivered, broken) {
  await keep(change, { state: "sending", attempts: change.attempts + 1, tried: true });
  const { status, answer } = await ask(CHANGES, { device: id, body: bodyOf(change) });
  if (status === 201) {
    await keep(change, { state: answer.state === "conflict" ? "conflict" : "delivered", why: answer.why ?? [], receipt: answer });
    await standNow(answer);
    delivered.number += 1;
    delivered.at = answer.received_at;
    return true;
  }
  if ([400, 413, 422].includes(status)) return refused(change, status, answer);
  const shut = barred(status, answer);
  await keep(change, { state: "waiting", why: [whyNot(status, answer, shut)] });
  broken.line = true;
  return false;
}

/** The carried case stands where the receipt says. Its version stays what the person has seen of it. */
async function standNow({ case_no: no, status, status_label: label }) {
  const carried = no && status && (await store.caseOf(no));
  if (carried) await store.keepCase({ ...carried, status, status_label: label });
}

function whyNot(status, answer, shut) {
  if (shut) return now.revoked || now.signedOut;
  if (status === 0) return gettext("The line broke before the server answered. It is sent again by itself.");
  return interpolate(gettext("The server cannot take it at the moment (%s). It is sent again by itself."), [status]);
}

/** Nothing was kept (but where the key was used before): it waits for somebody to mend it. */
async function refused(change, status, answer) {
  await keep(change, { state: "failed", why: named(answer), kept: status === 422 });
  return false;
}

/** What became of those that the server keeps for somebody's decision. */
async function refresh(id) {
  const waiting = (await store.changes()).filter(undecided);
  if (!waiting.length) return;
  const { status, answer } = await ask(`${CHANGES}?device=${id}`, { device: id });
  if (status !== 200 || !Array.isArray(answer)) return;
  const known = new Map(answer.map((one) => [one.key, one]));
  for (const change of waiting) {
    const standsNow = known.get(change.key);
    if (!standsNow || standsNow.state === change.receipt.state) continue;
    const state = standsNow.state === "conflict" ? "conflict" : "delivered";
    await keep(change, { state, why: standsNow.why ?? [], receipt: { ...change.receipt, ...standsNow } });
  }
}

export async function photosThatWait(all) {
  const known = all.filter((one) => one.receipt && one.photos.length);
  const photos = await Promise.all(known.map(async (change) => (await store.photosOf(change.key)).map((photo) => ({ change, photo }))));
  return photos.flat().filter(({ photo }) => ["waiting", "sending"].includes(photo.state));
}

async function sendPhotos(mine, id, broken) {
  const waiting = (await photosThatWait(await store.changes())).filter(({ change }) => mine(change) && change.receipt.case_no);
  await beside(waiting, async ({ change, photo }) => {
    if (broken.line) return;
    const progress = (share) => {
      now.progress[photo.id] = share;
      tell({ kind: "progress", photo: photo.id, share });
    };
    await store.keepPhoto({ ...photo, state: "sending" });
    const news = await sendPhoto(photo, change.receipt, id, { progress, keepAddress: (url) => store.keepPhoto({ ...photo, url, state: "sending" }) });
    await store.keepPhoto({ ...photo, ...news });
    if (news.state === "waiting") broken.line = true;
    tell({ kind: "changed" });
  });
}

let started = false;

/** Send whenever there may be a line: now, when it comes back, when the page is looked at, when the worker says so. */
export function start() {
  if (started) return;
  started = true;
  const soon = () => {
    turn = 0;
    send();
  };
  addEventListener("online", soon);
  addEventListener("offline", () => tell());
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && soon());
  navigator.serviceWorker?.addEventListener("message", ({ data }) => data === "outbox" && soon());
  send();
}
