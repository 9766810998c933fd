/** ＋快速上报 (#new): what is wrong, a photo, done. Who answers is foretold from the carried areas; open cases close by
 *  are asked about first, so that one site is not reported twice. */

import { element } from "../elements.mjs";
import { shoot, thumbnail } from "./ask_site.mjs";
import { button, chips, field, labels, tick } from "./controls.mjs";
import { fix, follow, noFix, placeOf } from "./fix.mjs";
import { distance } from "./geodesic.mjs";
import { ground } from "./ground.mjs";
import { asked, leftDrafts } from "./left_drafts.mjs";
import { hand, takeBack } from "./outbox.mjs";
import { actsOn } from "./on_report.mjs";
import { correction, firstPlace, lost, placed, placeWords, recent } from "./report_place.mjs";
import * as store from "./store.mjs";

const UNDO_MS = 10_000;
const SAME_SITE_M = 50;
const CLOSE_M = 100;
const MOST_NEAR = 3;

let form = null; // {root, draft, pack, cases}
let unfollow = null;

const save = (answers, more = {}) => {
  form.draft.begun_at ??= new Date().toISOString();
  Object.assign(form.draft.answers, answers);
  const first = firstPlace(form.draft);
  Object.assign(form.draft, first, more, { updatedAt: new Date().toISOString() });
  if (first) refresh();
  address(form.draft.key); // drawn anew or opened again it is this one, without a question
  const row = structuredClone(form.draft);
  form.saving = form.saving.catch(() => {}).then(() => store.keepDraft(row));
  return form.saving.catch(() => say(gettext("This phone could not keep the answer: its storage is full or forbidden.")));
};

const address = (key = "") => history.replaceState(history.state, "", key ? `#new/${key}` : "#new");

const say = (sentence) => (form.root.querySelector(".act-says").textContent = sentence);

/** Where the report is; as long as nothing of it was taken down, where somebody stands. */
const place = () => form.draft.place ?? (form.draft.begun_at ? null : placeOf(fix()));

/** Kinds of violation, those used last first. */
async function kinds(pack) {
  const recent = (await store.meta("recent_violations")) ?? [];
  const rank = ({ value }) => (recent.includes(value) ? recent.indexOf(value) : recent.length);
  return [...(pack?.words?.violations ?? [])].map((one, nth) => [one, nth]).sort(([one, first], [other, second]) => rank(one) - rank(other) || first - second).map(([one]) => one);
}

/** Open cases within 100 m, the nearest first. */
function near(at) {
  if (!at) return [];
  const apart = form.cases.map((one) => ({ one, metres: distance([at.lon, at.lat], [one.lon, one.lat]) }));
  return apart.filter(({ metres }) => metres <= CLOSE_M).sort((one, other) => one.metres - other.metres).slice(0, MOST_NEAR);
}

function foretold() {
  const at = place();
  if (!at || !form.pack?.areas?.length) return null;
  return ground({ lon: at.lon, lat: at.lat, accuracy: at.accuracy_m }, form.pack.areas);
}

function whereBox() {
  const at = place();
  if (!at && lost(form.draft)) return [element("p", { class: "where" }, gettext("The place was not known when this draft was begun: say below where it was."))];
  if (!at) return [element("p", { class: "where" }, noFix() || gettext("Looking for your position…"))];
  const said = foretold();
  const known = form.draft.place ? placeWords(form.draft) : interpolate(gettext("You stand at %(lon)s, %(lat)s ±%(accuracy)s m"), { lon: at.lon.toFixed(5), lat: at.lat.toFixed(5), accuracy: at.accuracy_m }, true);
  const lines = [element("p", { class: "muted" }, known)];
  if (!said) return lines;
  if (!said.area) lines.unshift(element("p", { class: "where" }, gettext("Outside the carried areas: the office decides who answers.")));
  else {
    const { area } = said;
    const words = { area: area.name, group: area.group?.name ?? "—", unit: area.lead_units[0]?.name ?? "—" };
    lines.unshift(element("p", { class: "where" }, element("b", {}, interpolate(gettext("%(area)s · %(group)s · %(unit)s"), words, true))));
  }
  if (!said.sure) lines.push(element("p", { class: "message warning" }, interpolate(gettext("Close to a border (%s): to be confirmed by the server."), [said.others.map(({ name }) => name).join("、") || "—"])));
  return lines;
}

function nearBox() {
  const found = near(place());
  if (!found.length || form.draft.answers.not_those) return [];
  const question = found[0].metres <= SAME_SITE_M ? gettext("Is it one of these?") : gettext("Open cases close by");
  const rows = found.map(({ one, metres }) => element("li", {},
    element("div", {}, element("b", {}, one.subject), element("span", { class: "muted" }, `${one.address || one.no} · ${Math.round(metres)} m`)),
    button(gettext("This one"), "check", () => becomes(one), { "aria-label": `${gettext("This one")}: ${one.subject}` })));
  const none = button(gettext("None of these: a new site"), null, async () => {
    await save({ not_those: true });
    refresh();
  }, { class: "quiet" });
  return [element("h2", {}, question), element("ul", { class: "same" }, ...rows), none];
}

/** The report becomes a remark on that case, with its photos. */
async function becomes(one) {
  const { draft } = form;
  const said = labels(form.pack?.words?.violations ?? [], draft.answers.violations ?? []).join("、");
  const text = [said, draft.answers.note, dealt(draft)].filter(Boolean).join("\n");
  await save({ text }, { kind: "act", verb: "remark", case_no: one.no, group: one.no, base_version: one.version, step: 0, label: form.pack?.labels?.remark ?? "" });
  address();
  location.hash = `#act/${encodeURIComponent(one.no)}/remark/${draft.key}`;
}

const dealt = ({ answers }) => (answers.dealt ? gettext("Dealt with on the spot.") : "");

function refresh() {
  const { root } = form;
  root.querySelector(".where-box").replaceChildren(...whereBox());
  root.querySelector(".near-box").replaceChildren(...nearBox());
}

async function photosBox() {
  const kept = await store.photosOf(form.draft.key);
  const pictures = await Promise.all(kept.map(async (photo) => element("li", {}, await thumbnail(photo, ""), button(gettext("Remove"), "trash-2", async () => {
    await store.removePhoto(photo.id);
    draw();
  }, { class: "quiet" }))));
  return element("ul", { class: "shots" }, ...pictures);
}

/** The first photo's shutter knows best, unless a person has said where it is; a later one moves nothing. */
async function photograph() {
  const first = !(await store.photosOf(form.draft.key)).length;
  const photo = await shoot({ draft: form.draft, kase: null, say }, "site", { limit: form.pack?.words?.accuracy_m ?? 50 });
  const better = photo && photo.lon !== null && first && recent(form.draft) && form.draft.place?.source !== "hand";
  if (photo) await save({}, better ? placed({ ...photo, at: photo.takenAt }) : {});
  draw();
}

async function draw() {
  const mine = (form.turn = Symbol("the last drawing wins"));
  const { root, draft, pack } = form;
  const [those, pictures] = [await kinds(pack), await photosBox()];
  if (mine !== form?.turn) return;
  const violations = chips(gettext("What is wrong here?"), those.map(({ value, label }) => [value, label]), draft.answers.violations ?? [], { many: true }, (values) => save({ violations: values }));
  violations.classList.add("big-chips");
  const shutter = button(gettext("Photo"), "camera", photograph, { class: pictures.children.length ? "huge" : "primary huge" });
  const done = button(gettext("Report"), "send", finish, { class: pictures.children.length ? "primary huge" : "huge" });
  root.replaceChildren(
    element("div", { class: "where-box", role: "status" }), byHand(), element("div", { class: "near-box" }), violations, pictures,
    element("details", { class: "more", open: Boolean(draft.answers.note) }, element("summary", {}, gettext("More")),
      field(gettext("Address or landmark"), draft.answers.address, (address) => save({ address }), { maxlength: 200 }),
      field(gettext("In a few words"), draft.answers.note, (note) => save({ note }), { rows: 3, maxlength: 4000 })),
    tick(gettext("Already dealt with on the spot"), Boolean(draft.answers.dealt), (yes) => save({ dealt: yes })),
    element("footer", { class: "act-bar" }, element("p", { class: "act-says", role: "alert" }), element("div", { class: "act-buttons" }, shutter, done)),
  );
  refresh();
}

/** Redrawn as a whole: the area, the open cases close by and the words follow the place. */
const byHand = () => correction(form.draft, async (told) => {
  await save({}, told);
  draw();
});

async function finish() {
  const { draft, pack, person } = form;
  const { answers } = draft;
  if (!answers.violations?.length) return say(gettext("Choose what is wrong here."));
  const kept = await store.photosOf(draft.key);
  if (!kept.length) return say(gettext("Take one photo of it."));
  const at = place();
  if (!at) return say(gettext("The place is not known yet. Wait for the position in the open, or correct the place by hand; the report stays as a draft meanwhile."));
  const channel = person?.roles?.includes("grid_member") ? "grid_feedback" : "patrol";
  const words = { channel, violations: answers.violations, address: answers.address ?? "", description: [answers.note?.trim(), dealt(draft)].filter(Boolean).join("\n") };
  const area = foretold()?.area?.code ?? null;
  await save({}, { place: at, words, foretold: area, label: gettext("Quick report") });
  await form.saving;
  await store.keepMeta("recent_violations", [...new Set([...answers.violations, ...((await store.meta("recent_violations")) ?? [])])]);
  address();
  const made = await hand({ ...draft, captured_at: new Date().toISOString() }, { heldMs: UNDO_MS });
  return done(made);
}

function done(made) {
  let left = UNDO_MS / 1000;
  const count = element("span", {}, String(left));
  const undo = button(gettext("Undo"), "undo-2", async () => {
    clearInterval(counting);
    const draft = await takeBack(made.key);
    if (draft) return begin(form.root, draft);
    said.textContent = gettext("It is on its way already.");
    return null;
  }, { class: "huge" });
  undo.append(" ", count);
  const said = element("p", { role: "status" }, gettext("Kept in this phone. It is sent by itself."));
  const counting = setInterval(() => {
    left -= 1;
    count.textContent = String(left);
    if (left <= 0) {
      undo.remove();
      clearInterval(counting);
    }
  }, 1000);
  form.counting = counting;
  const acts = actsOn(made.key, form.pack);
  const more = acts.length ? element("div", { class: "row-acts" }, ...acts) : null;
  const title = element("h2", { tabindex: "-1" }, gettext("The site is reported"));
  const another = button(gettext("Another one"), "plus", () => begin(form.root, null), { class: "huge" });
  const box = element("a", { class: "button huge", href: "#outbox" }, gettext("Show the outbox"));
  form.root.replaceChildren(element("section", { class: "question done" }, title, said, box, more), element("footer", { class: "act-bar" }, element("div", { class: "act-buttons" }, undo, another)));
  title.focus();
}

const fresh = (username) => ({
  key: crypto.randomUUID(), kind: "report", case_no: "", verb: "", words: {}, answers: {}, second: null, place: null, base_version: null,
  updatedAt: new Date().toISOString(), step: 0, username, label: gettext("Quick report"),
});

/** `draft` goes on, without one a new report begins. */
async function begin(root, draft) {
  const [pack, person, cases] = [await store.meta("pack"), await store.meta("person"), await store.cases()];
  form = { root, draft: draft ?? fresh(person?.username ?? ""), pack, person, cases, saving: Promise.resolve() };
  form.draft.begun_at ??= draft?.updatedAt; // of a release that did not keep it
  address(draft?.key);
  return draw();
}

/** The draft that the address names; else, where one was left, the question what becomes of it. */
async function ask(root, key) {
  const [pack, person] = [await store.meta("pack"), await store.meta("person")];
  const left = await leftDrafts(person?.username ?? "");
  const named = left.find((one) => one.key === key);
  if (named || !left.length) return begin(root, named ?? null);
  const { title, pieces } = await asked(left, pack, (draft) => begin(root, draft));
  root.replaceChildren(...pieces);
  return title.focus();
}

/** A position came: the first one since the draft was begun is the report's. */
function heard() {
  if (!form?.root.querySelector(".where-box") || form.draft.place) return;
  if (form.draft.begun_at && firstPlace(form.draft)) save({});
  refresh();
}

export const screen = {
  name: "new",
  async show(root, [key]) {
    root.classList.add("act", "new");
    unfollow = follow(heard);
    await ask(root, key);
  },
  hide() {
    clearInterval(form?.counting);
    unfollow?.();
    [form, unfollow] = [null, null];
  },
};
