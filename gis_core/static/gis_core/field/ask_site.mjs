/** What is seen on the site: violations, photos by kind, findings in words. */

import { element } from "../elements.mjs";
import { Camera } from "./camera.mjs";
import { button, chips, field, labels } from "./controls.mjs";
import { ghostOf, missing, plain, room, stamped, take } from "./photo.mjs";
import { photosOf, removePhoto } from "./store.mjs";

export const SLOT_LABELS = {
  overall: () => gettext("Whole site"), detail: () => gettext("Works close up"), board: () => gettext("Site's board"),
  more: () => gettext("Something else"), second_signature: () => gettext("Signature of the second officer"),
  party_signature: () => gettext("Signature of the party"), violence: () => gettext("Resistance"), site: () => gettext("Site"),
};
export const slotLabel = (slot) => SLOT_LABELS[slot]?.() ?? slot;

const namesOf = (units = []) => units.map(({ name }) => name).join("、");
const isInvited = (code, { kase }) => (kase?.joint?.units ?? []).some((unit) => unit.code === code);

/** Whether our unit ticks it at the joint inspection: the server's rule (cases/legal_bases.py, `whose`). */
function isOurs({ value, units = [] }, act) {
  const theirs = units.filter(({ code }) => isInvited(code, act));
  return !theirs.length || theirs.some(({ code }) => code === act.person?.unit?.code) || (act.kase?.named_ours ?? []).includes(value);
}

export const violations = {
  name: "violations",
  title: () => gettext("Which violations are there?"),
  draw(box, act) {
    const kinds = act.pack?.words?.violations ?? [];
    const reported = act.kase?.violations ?? [];
    const others = act.verb === "contribute" ? kinds.filter((kind) => !isOurs(kind, act)) : [];
    const units = new Map();
    for (const kind of kinds.filter((one) => !others.includes(one))) {
      const unit = namesOf(kind.units);
      units.set(unit, [...(units.get(unit) ?? []), kind]);
    }
    if (reported.length) box.append(element("p", { class: "help" }, interpolate(gettext("Reported: %s"), [labels(kinds, reported).join("、")])));
    const chosen = new Map([...units].map(([unit, those]) => [unit, (act.answers.violations ?? []).filter((one) => those.some(({ value }) => value === one))]));
    for (const [unit, those] of units) {
      box.append(chips(unit || gettext("Violations seen"), those.map(({ value, label }) => [value, label]), chosen.get(unit), { many: true, hidden: !unit }, (values) => {
        chosen.set(unit, values);
        act.set({ violations: [...chosen.values()].flat(), none_seen: false });
      }));
    }
    if (others.length) {
      const whose = others.map((kind) => `${kind.label}（${namesOf(kind.units.filter(({ code }) => isInvited(code, act)))}）`);
      box.append(element("p", { class: "help" }, interpolate(gettext("Recorded by other units on this site: %s"), [whose.join("、")])));
    }
    box.append(chips(gettext("Or"), [["none", gettext("None seen")]], act.answers.none_seen ? ["none"] : [], { many: true, hidden: true }, async (values) => {
      await act.set({ none_seen: values.length > 0, violations: values.length ? [] : act.answers.violations });
      act.redraw();
    }));
  },
  lacks: ({ answers }) => (answers.violations?.length || answers.none_seen ? "" : gettext("Tick what you see, or “None seen”.")),
};

const WHY_NOT = () => [gettext("too dark"), gettext("access refused"), gettext("there is no board"), gettext("danger on the site")];

/** Opens the camera for a slot; `extra` goes into what is kept. */
export async function shoot(act, slot, { limit = 50 } = {}) {
  const caseNo = act.kase?.no ?? act.draft.case_no ?? "";
  const camera = new Camera({
    title: slotLabel(slot), caseNo, limit, ghost: await ghostOf(caseNo, slot),
    take: async (blob) => {
      const photo = await take(blob, { record: act.draft.key, slot, title: slotLabel(slot) });
      const warned = await room();
      if (warned) act.say(warned);
      return photo;
    },
    show: (photo, canvas) => stamped(photo, caseNo, canvas),
    drop: (photo) => removePhoto(photo.id),
  });
  return camera.open();
}

export async function thumbnail(photo, caseNo) {
  const canvas = element("canvas", { role: "img", "aria-label": `${slotLabel(photo.slot)} ${photo.name}` });
  try {
    await (photo.slot.includes("signature") ? plain(photo, canvas) : stamped(photo, caseNo, canvas));
  } catch {
    return element("span", { class: "no-picture" }, photo.name);
  }
  return canvas;
}

async function row(act, slot, photos, least) {
  const mine = photos.filter((photo) => photo.slot === slot);
  const lacking = Math.max(0, least - mine.length);
  const state = lacking ? interpolate(ngettext("%s photo is missing", "%s photos are missing", lacking), [lacking]) : interpolate(ngettext("%s photo", "%s photos", mine.length), [mine.length]);
  const pictures = await Promise.all(mine.map(async (photo) => {
    const remove = button(gettext("Remove"), "trash-2", async () => {
      await removePhoto(photo.id);
      act.redraw();
    }, { class: "quiet" });
    const rough = photo.accuracy === null ? gettext("no position") : `±${photo.accuracy} m`;
    return element("li", {}, await thumbnail(photo, act.kase?.no), element("small", {}, rough), remove);
  }));
  const open = button(mine.length ? gettext("One more") : gettext("Take a photo"), "camera", async () => {
    await shoot(act, slot, { limit: act.pack?.words?.accuracy_m ?? 50 });
    act.redraw();
  }, { class: lacking ? "primary huge" : "huge", "aria-label": `${slotLabel(slot)}: ${gettext("Take a photo")}` });
  return element("section", { class: "slot" }, element("h2", {}, slotLabel(slot), " ", element("span", { class: lacking ? "lacks" : "has" }, state)), pictures.length ? element("ul", { class: "shots" }, ...pictures) : null, open);
}

export const photos = {
  name: "photos",
  title: () => gettext("Photos of the site"),
  async draw(box, act) {
    const least = act.least;
    const kept = await photosOf(act.draft.key);
    const rows = [];
    for (const slot of [...Object.keys(least), "more"]) rows.push(await row(act, slot, kept, least[slot] ?? 0));
    box.append(...rows);
    if (!Object.keys(missing(least, kept)).length) return;
    const reasons = WHY_NOT().map((one) => [one, one]);
    box.append(chips(gettext("Cannot be taken, because"), reasons, act.answers.no_photos ?? [], { many: true }, (values) => act.set({ no_photos: values })));
  },
  async lacks(act) {
    const lacking = Object.entries(missing(act.least, await photosOf(act.draft.key)));
    if (!lacking.length || act.answers.no_photos?.length) return "";
    return interpolate(gettext("Still missing: %s. Take them, or say why they cannot be taken."), [lacking.map(([slot, more]) => `${slotLabel(slot)} × ${more}`).join("、")]);
  },
};

const PHRASES = () => [
  gettext("Works are going on"), gettext("Works have stopped"), gettext("Main structure under construction"), gettext("Foundation under construction"),
  gettext("Machines on the site"), gettext("Nobody on the site"), gettext("No site board"),
];

export const findings = {
  name: "findings",
  title: () => gettext("What did you find?"),
  draw(box, act) {
    const text = field(gettext("Findings"), act.answers.findings, (value) => act.set({ findings: value }), { rows: 6, maxlength: 4000 });
    const quick = element("div", { class: "phrases" }, ...PHRASES().map((phrase) => button(phrase, "plus", () => {
      const before = text.input.value.trim();
      text.input.value = before ? `${before}${gettext("; ")}${phrase}` : phrase;
      act.set({ findings: text.input.value });
    }, { class: "chip-button" })));
    box.append(quick, text);
  },
  lacks: ({ answers }) => (answers.findings?.trim() ? "" : gettext("Say in a sentence what was found.")),
};

export const remark = {
  ...findings,
  name: "remark",
  title: () => gettext("Remark"),
  draw(box, act) {
    box.append(field(gettext("Remark"), act.answers.text, (value) => act.set({ text: value }), { rows: 5, maxlength: 4000 }));
  },
  lacks: ({ answers }) => (answers.text?.trim() ? "" : gettext("Say in a sentence what is to be remembered.")),
};

