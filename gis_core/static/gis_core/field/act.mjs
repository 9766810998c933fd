/** An act on the site, one question a screen: #act/<case>/<verb>, with /<key> a certain draft of it. Every answer is a draft on the disk at once, so that a
 *  call, a kill or a flat battery loses nothing; opened again it stands where it was left. */

import { element } from "../elements.mjs";
import { demands, party, partySentence, reading } from "./ask_order.mjs";
import { identity, second, secondOf } from "./ask_second.mjs";
import { findings, photos, remark, slotLabel, thumbnail, violations } from "./ask_site.mjs";
import { arrival, violence } from "./ask_moment.mjs";
import { button, labels, sign } from "./controls.mjs";
import { freshFix, fix, follow, placeOf } from "./fix.mjs";
import { caseFor } from "./found.mjs";
import { hand, subscribe } from "./outbox.mjs";
import { change, draft as draftOf, drafts, keepDraft, meta, photosOf, removeDraft, removePhoto } from "./store.mjs";

const review = { name: "review", title: () => gettext("Is everything right?"), draw: drawReview, lacks: () => "" };
const optionalNote = { ...remark, name: "note", title: () => gettext("Anything to add?"), lacks: () => "" };

/** The questions of each verb, in the order of the work. */
const QUESTIONS = {
  arrive: [arrival],
  begin_check: [optionalNote],
  sign_in: [optionalNote],
  begin_follow_up: [optionalNote],
  inspect: [second, identity, violations, photos, findings, party, review],
  follow_up_visit: [second, identity, violations, photos, findings, review],
  contribute: [violations, photos, findings, review],
  order_stop: [second, demands, reading, party, review],
  order_rectify: [second, demands, reading, party, review],
  recheck_passed: [second, photos, findings, review],
  recheck_failed: [second, photos, findings, review],
  record_violence: [violence],
  remark: [photos, remark],
};
const ALARM_MS = 30 * 60_000;
const NO_LEAST = new Set(["remark", "contribute"]);

/** The words of each verb's form, of the answers. */
const WORDS = {
  arrive: ({ answers }) => ({ reason: answers.reason ?? "" }),
  begin_check: ({ answers }) => ({ opinion: answers.text ?? "" }),
  sign_in: ({ answers }) => ({ opinion: answers.text ?? "" }),
  begin_follow_up: ({ answers }) => ({ opinion: answers.text ?? "" }),
  inspect: (act) => ({ officers: officersOf(act), findings: told(act), showed_id: true, held_at: act.answers.held_at, violations: act.answers.violations ?? [] }),
  contribute: (act) => ({ ...(act.kase?.joint && { inspection: act.kase.joint.id }), findings: told(act), violations: act.answers.violations ?? [] }),
  order_stop: (act) => order(act),
  recheck_passed: (act) => ({ officers: officersOf(act), findings: told(act) }),
  record_violence: ({ answers }) => ({ text: answers.text ?? "" }),
  remark: ({ answers }) => ({ text: answers.text }),
};
WORDS.follow_up_visit = WORDS.inspect;
WORDS.order_rectify = WORDS.order_stop;
WORDS.recheck_failed = WORDS.recheck_passed;

const officersOf = ({ person, answers }) => [person?.username, answers.second?.username].filter(Boolean);

function order(act) {
  const { demands: asked, due_at: due, party: said = {} } = act.answers;
  return {
    officers: officersOf(act), demands: asked, due_at: due, received_by: said.how === "signed" ? said.name : "",
    refused_to_sign: said.how === "refused", witness: said.how === "signed" ? "" : said.witness ?? "",
  };
}

/** The findings, with what else belongs into the record. */
function told({ answers }) {
  const noPhotos = answers.no_photos?.length ? interpolate(gettext("Photos that could not be taken: %s."), [answers.no_photos.join("、")]) : "";
  return [answers.findings?.trim(), partySentence(answers.party), noPhotos].filter(Boolean).join("\n");
}

class Act {
  /** `kase` is null on a site that was just reported: `site` is where that is. */
  constructor(root, draft, { kase, site, pack, person }) {
    Object.assign(this, { root, draft, kase, site: kase ?? site, pack, person, saving: Promise.resolve() });
  }

  get verb() {
    return this.draft.verb;
  }

  get answers() {
    return this.draft.answers;
  }

  get questions() {
    return QUESTIONS[this.verb];
  }

  get least() {
    return NO_LEAST.has(this.verb) ? {} : this.pack?.words?.least_photos ?? {};
  }

  get label() {
    return this.pack?.labels?.[this.verb] ?? this.verb;
  }

  /** One write after the other; resolves when this one is on the disk. */
  set(answers, more = {}) {
    Object.assign(this.draft.answers, answers);
    Object.assign(this.draft, more, { updatedAt: new Date().toISOString() });
    const row = structuredClone(this.draft);
    this.saving = this.saving.catch(() => {}).then(() => keepDraft(row));
    return this.saving.catch(() => this.say(gettext("This phone could not keep the answer: its storage is full or forbidden.")));
  }

  say(sentence) {
    const says = this.root.querySelector(".act-says");
    if (says) says.textContent = sentence;
  }

  get question() {
    return this.questions[Math.min(this.draft.step, this.questions.length - 1)];
  }

  async redraw() {
    const turn = (this.turn = Symbol("the last drawing wins"));
    const { question } = this;
    const body = element("div", { class: "question-body" });
    await question.draw(body, this);
    if (turn !== this.turn) return;
    const title = element("h1", { tabindex: "-1" }, question.title(this));
    const says = element("p", { class: "act-says", role: "alert" });
    this.root.replaceChildren(this.head(), element("section", { class: "question", "data-question": question.name }, title, body), element("footer", { class: "act-bar" }, says, ...this.buttons()));
    if (this.shown !== question.name) title.focus();
    this.shown = question.name;
  }

  head() {
    const [at, all] = [this.draft.step + 1, this.questions.length];
    const where = element("p", { class: "act-where" }, element("b", {}, this.label), element("span", {}, [this.kase?.no ?? (this.draft.case_no || gettext("The site just reported")), this.kase?.subject].filter(Boolean).join(" · ")));
    const leave = element("a", { class: "button quiet", href: this.kase ? `#case/${this.kase.no}` : "#today", "aria-label": gettext("Leave; the draft stays") }, sign("arrow-left") ?? gettext("Leave"));
    const alarm = element("a", { class: "button alarm", href: `#act/${encodeURIComponent(this.draft.group)}/record_violence` }, gettext("Violent resistance"));
    const progress = element("progress", { max: all, value: at, "aria-label": interpolate(gettext("Step %s of %s"), [at, all]) });
    return element("header", { class: "act-head" }, leave, where, this.verb === "record_violence" ? null : alarm, all > 1 ? progress : null);
  }

  buttons() {
    if (this.question.buttons) return this.question.buttons(this);
    const last = this.draft.step >= this.questions.length - 1;
    const back = this.draft.step > 0 ? button(gettext("Back"), "chevron-left", () => this.go(-1), { class: "huge" }) : button(gettext("Give up"), "trash-2", () => this.giveUp(), { class: "huge" });
    const next = last ? button(this.questions.length > 1 ? gettext("Done: keep and send") : this.label, "send", () => this.finish(), { class: "primary huge" }) : button(gettext("Next"), "chevron-right", () => this.go(1), { class: "primary huge" });
    return [element("div", { class: "act-buttons" }, back, next)];
  }

  async go(by) {
    if (by > 0) {
      const lacking = await this.question.lacks(this);
      if (lacking) return this.say(lacking);
    }
    await this.set({}, { step: Math.max(0, this.draft.step + by) });
    return this.redraw();
  }

  async giveUp() {
    const taken = await photosOf(this.draft.key);
    if (taken.length || Object.keys(this.answers).length) {
      const question = interpolate(ngettext("Remove this draft and its %s photo?", "Remove this draft and its %s photos?", taken.length), [taken.length]);
      if (!confirm(question)) return;
    }
    await this.saving;
    for (const photo of taken) await removePhoto(photo.id);
    await removeDraft(this.draft.key);
    location.hash = this.kase ? `#case/${this.kase.no}` : "#today";
  }

  /** Everything there, the place of now, and off it goes; what lacks is said where it lacks. */
  async finish(more = {}) {
    for (const [step, question] of this.questions.entries()) {
      const lacking = await question.lacks(this);
      if (!lacking) continue;
      await this.set({}, { step });
      await this.redraw();
      return this.say(lacking);
    }
    this.say(gettext("Keeping…"));
    const place = more.place ?? placeOf(fix() ?? (await freshFix())) ?? this.draft.place ?? null;
    await this.set({}, { place, words: WORDS[this.verb](this), second: secondOf(this.answers) ?? null });
    await this.saving;
    const made = await hand({ ...this.draft, captured_at: more.captured_at ?? new Date().toISOString() }, more);
    return this.done(made);
  }

  /** Kept; and, as soon as there is one, the server's receipt. */
  done(made) {
    this.finished = true;
    const standing = element("div", { role: "status", class: "receipt" });
    const draw = async () => {
      const now = await change(made.key);
      standing.replaceChildren(...receiptLines(now ?? made));
    };
    this.unsubscribe = subscribe(draw);
    const back = element("a", { class: "button primary huge", href: this.kase ? `#case/${this.kase.no}` : "#today" }, this.kase ? gettext("Back to the case") : gettext("Back to the list"));
    const waiting = element("a", { class: "button huge", href: "#outbox" }, gettext("Show the outbox"));
    const title = element("h1", { tabindex: "-1" }, interpolate(gettext("%s: kept in this phone"), [this.label]));
    this.root.replaceChildren(element("section", { class: "question done" }, title, standing), element("footer", { class: "act-bar" }, element("div", { class: "act-buttons" }, waiting, back)));
    title.focus();
    return draw();
  }
}

export function receiptLines({ state, receipt, why = [] }) {
  const lines = [];
  if (receipt) lines.push(element("p", { class: "number" }, interpolate(gettext("Receipt %s"), [receipt.number])));
  if (state === "delivered") lines.push(element("p", {}, gettext("The server has it.")));
  else if (state === "conflict") lines.push(element("p", { class: "message warning" }, gettext("The server has it, and the case had moved on: somebody at the office decides. See the outbox.")));
  else if (state === "failed") lines.push(element("p", { class: "message error" }, gettext("The server did not take it. See the outbox.")));
  else lines.push(element("p", {}, gettext("It is sent by itself as soon as there is a line.")));
  lines.push(...why.map((sentence) => element("p", { class: "muted" }, sentence)));
  return lines;
}

async function drawReview(box, act) {
  const { answers, person } = act;
  const kept = await photosOf(act.draft.key);
  const kinds = act.pack?.words?.violations ?? [];
  const rows = [
    [gettext("Officers"), [person?.name, answers.second?.name].filter(Boolean).join("、"), "second"],
    [gettext("Violations"), answers.none_seen ? gettext("None seen") : labels(kinds, answers.violations ?? []).join("、"), "violations"],
    [gettext("Findings"), answers.findings, "findings"],
    [gettext("What must be done"), answers.demands, "demands"],
    [gettext("To be done by"), answers.due_at && new Date(answers.due_at).toLocaleString(), "demands"],
    [gettext("The party"), partySentence(answers.party), "party"],
  ];
  const list = element("dl", { class: "review" });
  for (const [term, said, name] of rows) {
    const step = act.questions.findIndex((question) => question.name === name);
    if (!said || step < 0) continue;
    const change = button(gettext("Change"), "pencil", () => act.set({}, { step }).then(() => act.redraw()), { class: "quiet", "aria-label": `${gettext("Change")}: ${term}` });
    list.append(element("div", {}, element("dt", {}, term), element("dd", {}, said), element("dd", {}, change)));
  }
  const pictures = await Promise.all(kept.map(async (photo) => element("li", {}, await thumbnail(photo, act.kase?.no), element("small", {}, slotLabel(photo.slot)))));
  box.append(list, element("p", { class: "label" }, interpolate(ngettext("%s photo", "%s photos", kept.length), [kept.length])), element("ul", { class: "shots" }, ...pictures));
}

/** Touched a while ago and left with nothing said or filmed: what happens now has its own time and place. */
async function stale({ key, verb, answers, captured_at: at }) {
  if (verb !== "record_violence" || Object.values(answers).some(Boolean) || Date.now() - Date.parse(at) < ALARM_MS) return false;
  return !(await photosOf(key)).length;
}

/** The draft that the address names, or the last one of this act that was left; else a new one. */
async function begun(no, verb, person, { key, kase, reported }) {
  const username = person?.username ?? "";
  const left = (await drafts()).filter((one) => one.verb === verb && one.group === no && one.username === username);
  const named = left.find((one) => one.key === key);
  if (named) return named;
  const [last] = left.sort((one, other) => (one.updatedAt < other.updatedAt ? 1 : -1));
  if (last && !(await stale(last))) return last;
  if (last) await removeDraft(last.key);
  return {
    key: crypto.randomUUID(), kind: "act", case_no: reported ? reported.receipt?.case_no ?? "" : no, group: no, verb, words: {}, answers: {},
    second: null, place: null, base_version: kase?.version ?? null, updatedAt: new Date().toISOString(), step: 0, username, label: "",
  };
}

let current = null;
let unfollow = null;

export const screen = {
  name: "act",
  async show(root, [no, verb, key]) {
    const [pack, person, reported] = [await meta("pack"), await meta("person"), await change(no)];
    const number = reported ? reported.receipt?.case_no : no;
    const kase = number ? await caseFor(number) : null;
    if (!QUESTIONS[verb]) return root.replaceChildren(element("p", { class: "message warning" }, gettext("This phone does not know this step. Open the case at the desk.")));
    root.classList.add("act");
    unfollow = follow(() => current?.question?.moved?.(current));
    const draft = await begun(no, verb, person, { key, kase, reported });
    draft.label = pack?.labels?.[verb] ?? verb;
    draft.step = Math.min(draft.step ?? 0, QUESTIONS[verb].length - 1);
    current = new Act(root, draft, { kase, site: reported?.place, pack, person });
    await keepIfBegun(draft);
    return current.redraw();
  },
  hide() {
    current?.unsubscribe?.();
    unfollow?.();
    [current, unfollow] = [null, null];
  },
};

/** What is to be recorded at once is a draft from the first touch on. */
async function keepIfBegun(draft) {
  if (draft.verb !== "record_violence" || (await draftOf(draft.key))) return;
  draft.captured_at = new Date().toISOString();
  draft.place = placeOf(fix());
  await keepDraft(draft);
}
