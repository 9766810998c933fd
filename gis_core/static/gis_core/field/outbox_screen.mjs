/** 待传, the screen of trust (#outbox): every record and photo of this phone, where it is, why, and what can be done. */

import { element, moment } from "../elements.mjs";
import { showConfirmations } from "./confirm_rows.mjs";
import { button, size } from "./controls.mjs";
import { bundle, save } from "./export.mjs";
import { actsOn } from "./on_report.mjs";
import * as outbox from "./outbox.mjs";
import { patrolRows } from "./patrol_rows.mjs";
import { fieldLabel } from "./refusal.mjs";
import { changes, device, drafts, keepPhoto, meta, photosOf, removeChange, removeDraft, removePhoto } from "./store.mjs";

const STATES = {
  draft: () => gettext("Draft"), waiting: () => gettext("Waiting"), sending: () => gettext("Being sent"), delivered: () => gettext("Delivered"),
  photos: () => gettext("Delivered, photos follow"), conflict: () => gettext("Conflict"), failed: () => gettext("Failed"),
};
const SECTIONS = [
  ["failed", () => gettext("Need you")], ["conflict", () => gettext("Conflicts: both are kept")], ["sending", () => gettext("Being sent")],
  ["waiting", () => gettext("Waiting")], ["draft", () => gettext("Drafts")], ["delivered", () => gettext("Delivered")],
];
const SHOWN_DELIVERED = 50;

let root = null;
let stop = null;
let patrols = null;
let confirmations = null;
let asked = 0;
let names = new Map(); // of people and kinds of violation
let carried = null; // the pack
let who = "";

const link = (hash, words, more = {}) => element("a", { class: "button", href: hash, ...more }, words);

/** Where a change's photos are: {all, sent, bytes, failed}. */
function standOf(photos) {
  return {
    all: photos.length, sent: photos.filter((one) => one.state === "delivered").length, bytes: photos.reduce((sum, one) => sum + (one.state === "delivered" ? 0 : one.bytes), 0),
    failed: photos.filter((one) => one.state === "failed"),
  };
}

function stateOf(row, stand) {
  if (!row.state) return "draft";
  if (stand.failed.length && ["delivered", "conflict"].includes(row.state)) return "failed";
  if (row.state === "delivered" && stand.sent < stand.all) return "photos";
  return row.state;
}

const sectionOf = (state) => (state === "photos" ? "sending" : state);

async function rows() {
  const all = [...(await drafts()), ...(await changes())];
  const found = await Promise.all(all.map(async (row) => {
    const photos = await photosOf(row.key);
    const stand = standOf(photos);
    return { row, photos, stand, state: stateOf(row, stand), bytes: stand.bytes };
  }));
  return found.sort((one, other) => (at(one.row) < at(other.row) ? 1 : -1));
}

const at = (row) => row.captured_at ?? row.updatedAt;
const titleOf = (row) => row.label || (row.kind === "report" ? gettext("Quick report") : row.verb);
const aboutCase = (row) => row.receipt?.case_no || row.case_no || "";

/** The last state that the server gave, with its number and its time. */
function receipt(row) {
  if (!row.receipt) return null;
  return element("p", { class: "receipt" }, element("b", {}, interpolate(gettext("Receipt %s"), [row.receipt.number])), ` · `, element("span", { class: "whole" }, interpolate(gettext("server time %s"), [moment(row.receipt.received_at)])));
}

function photoLine({ stand, photos }) {
  if (!stand.all) return null;
  const going = photos.filter((one) => one.state === "sending").map((one) => outbox.standing().progress[one.id] ?? 0);
  const words = [interpolate(gettext("Photos: %(sent)s of %(all)s delivered"), stand, true)];
  if (stand.bytes) words.push(size(stand.bytes));
  if (going.length) words.push(`${Math.round((100 * going.reduce((sum, one) => sum + one, 0)) / going.length)} %`);
  const receipts = photos.filter((one) => one.evidenceId).map((one) => element("li", {}, interpolate(gettext("%(name)s: evidence no. %(number)s"), { name: one.title || one.name, number: one.evidenceId }, true)));
  return element("div", {}, element("p", { class: "muted" }, words.join(" · ")), receipts.length ? element("details", {}, element("summary", {}, gettext("Receipts of the photos")), element("ul", {}, ...receipts)) : null);
}

/** A word of a form as a person reads it: names and kinds by what is carried. */
function said(value) {
  if (Array.isArray(value)) return value.map((one) => names.get(one) ?? one).join("、");
  if (value === true) return gettext("yes");
  return /^\d{4}-\d\d-\d\dT/.test(value) ? moment(value) : String(value);
}

/** Both values, side by side in words: what was recorded here, and what happened since. */
function both(row) {
  const told = Object.entries(row.words ?? {}).filter(([, value]) => value !== "" && value !== null && !(Array.isArray(value) && !value.length));
  const since = (row.receipt?.since ?? []).map((step) => element("li", {}, element("b", {}, step.label), ` · ${step.by} · ${moment(step.at)}`, step.note && element("span", { class: "muted" }, ` ${step.note}`)));
  const decided = row.receipt?.decision && element("p", { class: "message" }, interpolate(gettext("%(who)s decided at %(at)s: %(why)s"), { who: row.receipt.decided_by, at: moment(row.receipt.decided_at), why: row.receipt.decision }, true));
  return element("div", { class: "both" },
    element("section", {}, element("h3", {}, gettext("What you recorded")), element("p", {}, `${titleOf(row)} · ${moment(row.captured_at)}`), element("ul", {}, ...told.map(([name, value]) => element("li", {}, element("span", { class: "muted" }, `${fieldLabel(name)}${gettext(": ")}`), said(value))))),
    element("section", {}, element("h3", {}, gettext("What happened since")), since.length ? element("ul", {}, ...since) : element("p", { class: "muted" }, gettext("No later step; see the reason."))),
    decided);
}

const WHERE = (row) => (row.kind === "report" ? `#new/${row.key}` : `#act/${encodeURIComponent(row.group)}/${row.verb}/${row.key}`);

/** On a report that is on its way: what else is taken down there. With a number it is a case like any other. */
function onReport(row, state) {
  if (row.kind !== "report" || !["waiting", "sending", "photos", "delivered"].includes(state)) return [];
  const no = row.receipt?.case_no;
  return no ? [link(`#case/${encodeURIComponent(no)}`, gettext("Open the case"))] : actsOn(row.key, carried);
}

function actions({ row, state, photos }) {
  if (row.username && row.username !== who) return element("p", { class: "muted" }, interpolate(gettext("Taken down by %s: it waits until that person signs in."), [names.get(row.username) ?? row.username]));
  const made = onReport(row, state);
  if (state === "draft") made.push(link(WHERE(row), gettext("Go on"), { class: "button primary" }), button(gettext("Remove"), "trash-2", () => removeAfterAsking(row, photos, removeDraft)));
  if (["failed", "waiting"].includes(state)) made.push(button(gettext("Try again"), "rotate-ccw", () => outbox.send({ pressed: true })));
  if (row.state && outbox.mendable(row)) made.push(button(gettext("Edit"), "pencil", () => edit(row)));
  else if (["conflict"].includes(row.state) || (row.state === "failed" && row.kept !== false)) made.push(button(gettext("Edit as a new record"), "pencil", () => editAnew(row)));
  if (row.state === "failed") made.push(button(gettext("Remove"), "trash-2", () => removeAfterAsking(row, photos, removeChange)));
  if (state !== "delivered") made.push(button(gettext("Export"), "download", async () => save(await bundle({ keys: [row.key] }), `${row.key}.zip`)));
  return element("div", { class: "row-acts" }, ...made);
}

async function edit(row) {
  const draft = await outbox.takeBack(row.key);
  if (draft) location.hash = WHERE({ ...row, ...draft });
  else say(gettext("It is on its way already and can no longer be changed here."));
}

async function editAnew(row) {
  location.hash = WHERE({ ...row, ...(await outbox.again(row)) });
}

async function removeAfterAsking(row, photos, remove) {
  if (!confirm(interpolate(ngettext("Remove this record and its %s photo from the phone? Export it first if in doubt.", "Remove this record and its %s photos from the phone? Export it first if in doubt.", photos.length), [photos.length]))) return;
  if (row.kind === "report" && (await outbox.builtOn(row.key)).some((one) => !one.case_no && one.state === "waiting")) return say(gettext("Other records were taken down on this report: remove or send those first."));
  for (const photo of photos) await removePhoto(photo.id);
  await remove(row.key);
  draw();
}

const say = (sentence) => (root.querySelector(".outbox-says").textContent = sentence);

function line(one) {
  const { row, state } = one;
  const why = [...(row.why ?? []), ...one.stand.failed.map((photo) => photo.why)].filter(Boolean);
  const tries = row.attempts > 1 && ["waiting", "failed", "sending"].includes(row.state) ? interpolate(gettext("tried %s times"), [row.attempts]) : "";
  return element("li", { "data-key": row.key, "data-state": state },
    element("div", { class: "row-head" }, element("b", {}, titleOf(row)), element("span", { class: `chip ${{ failed: "bad", conflict: "warn", delivered: "good" }[state] ?? ""}` }, STATES[state]())),
    element("p", { class: "muted" }, [aboutCase(row), moment(at(row)), tries].filter(Boolean).join(" · ")),
    ...why.map((sentence) => element("p", { class: "reason" }, sentence)),
    receipt(row), photoLine(one), row.state === "conflict" || row.receipt?.decision ? both(row) : null, assigned(row), actions(one));
}

/** Where the server answers otherwise than the phone foretold, it says so. */
function assigned(row) {
  const server = row.receipt?.assigned;
  if (!server) return null;
  const name = server.area?.name ?? gettext("no area");
  const differs = row.form?.foretold !== undefined && (row.form.foretold ?? null) !== (server.area?.code ?? null);
  const words = { area: name, group: server.group?.name ?? "—", unit: server.lead_unit?.name ?? "—" };
  const sentence = interpolate(gettext("Assigned by the server: %(area)s · %(group)s · %(unit)s"), words, true);
  return element("p", { class: differs ? "reason" : "muted" }, sentence, differs ? ` ${gettext("This differs from what the phone had foretold.")}` : "");
}

function head(waiting, walks) {
  const { online, signedOut, revoked, busy } = outbox.standing();
  const bytes = waiting.reduce((sum, one) => sum + one.bytes + 1024, 0);
  const state = online ? (busy ? gettext("Sending…") : gettext("Online")) : gettext("Offline");
  const number = waiting.length + walks;
  const words = number ? interpolate(ngettext("%(state)s · %(number)s record waits · %(size)s", "%(state)s · %(number)s records wait · %(size)s", number), { state, number, size: size(bytes) }, true) : interpolate(gettext("%s · everything is delivered"), [state]);
  return [
    element("p", { class: "outbox-head", role: "status" }, words),
    signedOut && element("p", { class: "message warning" }, signedOut, " ", element("a", { href: "/sign-in/?next=/field/" }, gettext("Sign in again. Nothing is lost."))),
    revoked && element("p", { class: "message error" }, revoked),
    element("p", { class: "outbox-says", role: "alert" }),
  ].filter(Boolean);
}

function room(all) {
  const delivered = all.filter((one) => one.state === "delivered" && one.photos.some((photo) => photo.blob));
  return delivered.length ? button(gettext("Free the delivered photos' room"), "eraser", () => free(delivered), { class: "quiet free" }) : "";
}

function foot() {
  return element("div", { class: "outbox-acts" },
    button(gettext("Export all"), "download", exportAll, { class: "huge" }),
    button(gettext("Send now"), "send", () => outbox.send({ pressed: true }), { class: "primary huge" }));
}

async function exportAll() {
  say(gettext("Making the file…"));
  const person = await meta("person");
  save(await bundle({ who: patrols?.who ?? person?.username }), `field-${moment(new Date().toISOString()).replace(/[^0-9]/g, "")}.zip`);
  say(gettext("The file is among this phone's downloads."));
}

/** The server has these, each with its receipt; only their bytes go. */
async function free(delivered) {
  if (!confirm(gettext("Remove photos from the phone that the server has confirmed? Their receipts stay."))) return;
  for (const { photos } of delivered) for (const photo of photos) if (photo.state === "delivered") await keepPhoto({ ...photo, blob: null });
  draw();
}

async function draw() {
  const mine = (asked += 1);
  const [all, { walks }] = [await rows(), await outbox.counts()];
  if (mine !== asked || !root) return;
  const open = root.querySelectorAll("details[open]").length;
  const waiting = all.filter((one) => !["delivered", "draft", "conflict"].includes(one.state));
  const list = element("div", { class: "outbox-list" });
  for (const [name, title] of SECTIONS) {
    const those = all.filter((one) => sectionOf(one.state) === name);
    if (!those.length) continue;
    const shown = name === "delivered" ? those.slice(0, SHOWN_DELIVERED) : those;
    list.append(element("section", { "aria-label": title() }, element("h2", {}, `${title()} (${those.length})`), element("ol", { class: "outbox" }, ...shown.map(line))));
  }
  if (!all.length && !walks) list.append(element("div", { class: "empty" }, element("strong", {}, gettext("Nothing was recorded in this phone yet.")), link("#today", gettext("Show the cases nearby"))));
  root.replaceChildren(...head(waiting, walks), confirmations, list, patrols?.section ?? "", room(all), foot());
  if (open) for (const details of root.querySelectorAll("details")) details.open = true;
}

async function known() {
  const pack = await meta("pack");
  [carried, who] = [pack, (await meta("person"))?.username ?? ""];
  const people = [pack?.person, ...(pack?.colleagues ?? [])].filter(Boolean).map(({ username, name }) => [username, name]);
  return new Map([...people, ...(pack?.words?.violations ?? []).map(({ value, label }) => [value, label])]);
}

let pending = 0;
const soon = () => {
  clearTimeout(pending);
  pending = setTimeout(draw, 60);
};

export const screen = {
  name: "outbox",
  async show(into) {
    root = into;
    root.classList.add("outbox-screen");
    names = await known();
    patrols = patrolRows(await meta("person"));
    confirmations = element("section", { "aria-label": gettext("For you to confirm as the second officer"), hidden: true });
    stop = outbox.subscribe(soon);
    await draw();
    patrols?.show();
    showConfirmations(confirmations, (await device()).id);
    outbox.send();
  },
  hide() {
    stop?.();
    [root, stop, patrols] = [null, null, null];
  },
};
