/** What was taken down and is not with the server: into the outbox, out of it again while that may be, and how much waits. */

import * as store from "./store.mjs";
import { patrolsOf } from "../patrol_store.mjs";
import { introduce, later, photosThatWait, send, standing, start, subscribe, tell, TO_SEND } from "./delivery.mjs";

export { introduce, send, standing, start, subscribe };

/** Make a change of a draft; it may be sent from `heldMs` on. */
export async function hand(draft, { heldMs = 0 } = {}) {
  const [photos, seq, { id }, before, person] = await Promise.all([
    store.photosOf(draft.key), store.nextSeq(), store.device(), store.changes(), store.meta("person"),
  ]);
  const group = draft.group || draft.case_no || draft.key; // each report by itself
  const username = person?.username ?? "";
  const earlier = before.filter((one) => one.group === group && one.username === username && one.state !== "failed" && one.key !== draft.key);
  const last = earlier.sort((one, other) => one.seq - other.seq).at(-1);
  const change = {
    key: draft.key, device: id, seq, kind: draft.kind, verb: draft.verb ?? "", case_no: draft.case_no ?? "",
    base_version: draft.base_version ?? null, after: draft.kind === "report" ? null : last?.key ?? null,
    captured_at: draft.captured_at ?? new Date().toISOString(), place: draft.place ?? null, words: draft.words, second: draft.second ?? null,
    photos: photos.map((photo) => ({ id: photo.id, sha256: photo.sha256, slot: photo.slot })),
    state: "waiting", attempts: 0, tried: false, why: [], receipt: null, createdAt: new Date().toISOString(), username, group,
    heldUntil: heldMs ? Date.now() + heldMs : 0, label: draft.label ?? "", form: draft,
  };
  await store.draftToChange(draft, change);
  tell();
  registerSync();
  if (heldMs) later(heldMs + 50);
  else send();
  return change;
}

/** Take a change back into a draft while the server cannot have it; the draft, or null where it is too late. */
export async function takeBack(key) {
  return navigator.locks.request("field-outbox", async () => {
    const change = await store.change(key);
    if (!change || !mendable(change)) return null;
    await letGo(change);
    const draft = { ...change.form, key: change.key, updatedAt: new Date().toISOString() };
    await store.changeToDraft(change, draft);
    tell();
    return draft;
  });
}

/** What builds on it builds on the one before: handed in anew it comes last, and if it never is, nothing waits for it.
 *  What builds on a report has no case without it and goes on waiting for it. */
async function letGo({ key, after }) {
  for (const one of await builtOn(key)) if (one.case_no && !one.tried) await store.keepChange({ ...one, after });
}

/** The records that were taken down on top of this one. */
export const builtOn = async (key) => (await store.changes()).filter((one) => one.after === key);

/** Whether nothing of it was kept by the server, so that the same key may be tried with other words. */
export const mendable = (change) => (change.state === "waiting" && !change.tried) || (change.state === "failed" && change.kept === false);

/** The words of a change as the beginning of another one, with its photos. */
export async function again(change) {
  const draft = { ...change.form, key: crypto.randomUUID(), updatedAt: new Date().toISOString() };
  const fresh = change.case_no && (await store.caseOf(change.case_no));
  if (fresh) draft.base_version = fresh.version;
  await store.keepDraft(draft);
  for (const photo of await store.photosOf(change.key)) {
    if (photo.blob) await store.keepPhoto({ ...photo, id: crypto.randomUUID(), record: draft.key, state: "waiting", url: null, offset: 0, evidenceId: null, why: "" });
  }
  return draft;
}

const registerSync = async () => {
  try {
    await (await navigator.serviceWorker?.getRegistration())?.sync?.register("outbox");
  } catch {
    // A browser without it sends when the page is open.
  }
};

/** Patrols have a store of their own: what of this person's is going on, waits or was refused. */
async function patrols(person) {
  const open = person?.id ? (await patrolsOf(String(person.id))).filter((one) => !one.receipt) : [];
  const ended = open.filter((one) => one.result);
  return { going: open.length - ended.length, waiting: ended.filter((one) => !one.refused).length, failed: ended.filter((one) => one.refused).length };
}

/** Numbers for the chip: what waits, what failed, what has a conflict. Photos that wait count with their record.
 *  `walks` are the patrols among them, `walking` says that one is under way. `ours` leaves out what somebody else took down on this phone. */
export async function counts({ ours = false } = {}) {
  const [changes, forms, person] = await Promise.all([store.changes(), store.drafts(), store.meta("person")]);
  const walks = await patrols(person);
  const counted = (one) => !ours || !one.username || one.username === person?.username;
  const all = changes.filter(counted);
  const late = new Set((await photosThatWait(all)).map(({ change }) => change.key));
  const number = (test) => all.filter(test).length;
  return {
    walks: walks.waiting + walks.failed, walking: walks.going > 0, drafts: forms.filter(counted).length,
    waiting: number((one) => TO_SEND.includes(one.state) || late.has(one.key)) + walks.waiting,
    failed: number((one) => one.state === "failed") + walks.failed, conflicts: number((one) => one.state === "conflict"),
  };
}
