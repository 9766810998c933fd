/** 我的 (#me): how the screen is held and read, what is recorded about the person, and leaving. */

import { clock, element, icon } from "../elements.mjs";
import { drop } from "./carry.mjs";
import { field } from "./controls.mjs";
import { bundle, save } from "./export.mjs";
import { description } from "./hello.mjs";
import { token } from "./line.mjs";
import { counts, introduce } from "./outbox.mjs";
import { patrolRows } from "./patrol_rows.mjs";
import { granted, listen } from "./place.mjs";
import * as store from "./store.mjs";
import { left } from "./waiting_words.mjs";
import { metres } from "./words.mjs";

const SETTINGS = [
  ["theme", "theme", () => gettext("Colours"), [["auto", () => gettext("as the phone")], ["light", () => gettext("light")], ["dark", () => gettext("dark")], ["sunlight", () => gettext("sunlight")]]],
  ["hand", "field-hand", () => gettext("Hand"), [["right", () => gettext("right-handed")], ["left", () => gettext("left-handed")]]],
  ["type", "field-type", () => gettext("Type"), [["plain", () => gettext("usual")], ["large", () => gettext("large")]]],
];

let stop = null;

/** The theme is theme.js's, which hears of every choice of that name. */
function setting([name, key, label, options]) {
  const box = element("fieldset", { class: "chips" }, element("legend", { class: "label" }, label()));
  const chosen = localStorage.getItem(key) || options[0][0];
  for (const [value, words] of options) {
    const input = element("input", { type: "radio", name, value });
    input.checked = value === chosen;
    input.addEventListener("change", () => {
      localStorage.setItem(key, value);
      if (name !== "theme") document.documentElement.dataset[name] = value;
    });
    box.append(element("label", {}, input, element("span", {}, words())));
  }
  return box;
}

function who(person) {
  if (!person) return element("p", { class: "note" }, gettext("Who you are is known when something is carried."));
  const certificate = person.certificate ? interpolate(gettext("certificate %s"), [person.certificate]) : gettext("no certificate of enforcement");
  return element("header", { class: "me-head" }, icon("user"), element("div", {}, element("h2", {}, person.name ?? person.username), element("p", { class: "muted" }, [person.unit?.name, certificate].filter(Boolean).join(" · "))));
}

/** Kept with every letter, told to the server when it is finished. */
function phone(name) {
  const box = field(gettext("Name of this phone"), name, (typed) => store.keepMeta("phone_name", typed), { maxlength: 60, placeholder: description(), help: gettext("So that the office finds it when it is lost.") });
  box.input.addEventListener("change", () => introduce());
  return box;
}

function recorded() {
  const position = element("p", { class: "me-position" }, gettext("Position now: not asked for"));
  const lines = [
    gettext("Your position is looked up while a screen of this application needs it. It leaves the phone with what you record, from the moment of the shutter or of “done”, and with a request for cases near you, which is not kept."),
    gettext("A track is recorded between the start and the end of a patrol alone. No distance and no rank is made of it."),
    gettext("The office sees the name of this phone, its release and when it last spoke to the server, and can take a lost phone out of service."),
  ];
  return element("section", { "aria-labelledby": "me-recorded" }, element("h2", { id: "me-recorded" }, gettext("What is recorded about me")), ...lines.map((line) => element("p", {}, line)), position);
}

const link = (href, picture, words) => element("li", {}, element("a", { class: "button", href }, icon(picture), element("span", {}, words), icon("chevron-right")));

/** What somebody else took down here waits for them and keeps nobody: it could not be sent by this person anyway. */
async function keepAway(root) {
  const numbers = await counts({ ours: true });
  const says = root.querySelector(".leave-says");
  if (numbers.walking) {
    says.replaceChildren(element("div", { class: "message warning", role: "alert" }, element("p", {}, gettext("A patrol is under way: end it first.")), element("div", { class: "actions" }, element("a", { class: "button primary", href: "#patrol" }, gettext("Patrol")))));
    return true;
  }
  const sentences = left(numbers);
  if (!sentences.length) return false;
  const out = element("button", { type: "button" }, icon("download"), element("span", {}, gettext("Export them")));
  out.addEventListener("click", async () => {
    const person = await store.meta("person");
    save(await bundle({ who: patrolRows(person)?.who ?? "" }), "field-outbox.zip");
  });
  says.replaceChildren(element("div", { class: "message warning", role: "alert" }, ...sentences.map((sentence) => element("p", {}, sentence)),
    element("div", { class: "actions" }, element("a", { class: "button primary", href: "#outbox" }, gettext("Show the outbox")), out)));
  return true;
}

/** Refused while something waits; else the carried cases go with the session. */
async function leave(root, button) {
  button.disabled = true;
  if (await keepAway(root)) return (button.disabled = false);
  if (!navigator.onLine) {
    root.querySelector(".leave-says").replaceChildren(element("p", { class: "message warning", role: "alert" }, gettext("Signing out needs a line.")));
    return (button.disabled = false);
  }
  await drop();
  await store.keepMeta("last_fix", null);
  const form = element("form", { method: "post", action: document.body.dataset.signOut, hidden: true }, element("input", { name: "csrfmiddlewaretoken", value: token() }));
  document.body.append(form);
  return form.submit();
}

export const screen = {
  name: "me",
  async show(root) {
    const person = await store.meta("person");
    const out = element("button", { type: "button" }, icon("log-out"), element("span", {}, gettext("Sign out")));
    out.addEventListener("click", () => leave(root, out));
    const links = [link("#prepare", "smartphone", gettext("Before you set out"))];
    if (person?.may_patrol !== false) links.push(link("#patrol", "navigation", gettext("Patrol")));
    root.replaceChildren(who(person), element("ul", { class: "step-list" }, ...links),
      element("section", { class: "settings", "aria-labelledby": "me-settings" }, element("h2", { id: "me-settings" }, gettext("Settings")), ...SETTINGS.map(setting), phone(await store.meta("phone_name"))),
      recorded(), element("section", {}, element("div", { class: "leave-says" }), out, element("p", { class: "note" }, interpolate(gettext("Release %s"), [document.documentElement.dataset.release]))));
    if (await granted()) {
      stop = listen((here) => {
        if (here) root.querySelector(".me-position").textContent = interpolate(gettext("Position now: %(lon)s, %(lat)s ±%(accuracy)s, %(time)s"), { lon: here.lon.toFixed(5), lat: here.lat.toFixed(5), accuracy: metres(here.accuracy), time: clock(new Date(here.at)) }, true);
      });
    }
  },
  hide() {
    stop?.();
    stop = null;
  },
};
