/** The controls of a form that is filled in with one thumb: buttons with a picture, chips, lines of text. */

import { byId, element } from "../elements.mjs";

/** An icon of the page, or nothing where the page lacks it: the word stands beside it anyway. */
export function sign(name) {
  const template = byId(`icon-${name}`);
  return template ? template.content.firstElementChild.cloneNode(true) : null;
}

export function button(label, icon, does, more = {}) {
  const made = element("button", { type: "button", ...more }, icon && sign(icon), element("span", {}, label));
  if (does) made.addEventListener("click", does);
  return made;
}

let groups = 0;

/** Chips of which one or several are chosen; `options` are [value, label]. Calls with the chosen value or values. */
export function chips(label, options, chosen, { many = false, hidden = false } = {}, changed) {
  groups += 1;
  const name = `chips-${groups}`;
  const box = element("fieldset", { class: "chips" }, element("legend", { class: hidden ? "visually-hidden" : "label" }, label));
  for (const [value, text] of options) {
    const input = element("input", { type: many ? "checkbox" : "radio", name, value });
    input.checked = many ? chosen.includes(value) : chosen === value;
    input.addEventListener("change", () => changed(many ? [...box.querySelectorAll("input:checked")].map((one) => one.value) : value));
    box.append(element("label", {}, input, element("span", {}, text)));
  }
  return box;
}

/** A labelled line or, with `rows`, a field of text; calls with every letter typed. */
export function field(label, value, changed, { rows = 0, help = "", ...more } = {}) {
  const input = element(rows ? "textarea" : "input", rows ? { rows, ...more } : { type: "text", autocomplete: "off", ...more });
  input.value = value ?? "";
  input.addEventListener("input", () => changed(input.value));
  const box = element("label", { class: "field" }, element("span", { class: "label" }, label), input, help && element("small", { class: "help" }, help));
  box.input = input;
  return box;
}

/** A box to tick; `box.input` is the input. */
export function tick(label, checked, changed) {
  const input = element("input", { type: "checkbox" });
  input.checked = checked;
  input.addEventListener("change", () => changed(input.checked));
  return element("label", { class: "check big" }, input, element("span", {}, label));
}

const KB = 1024;

/** 4.2 MB, 310 kB. */
export function size(bytes) {
  if (bytes < KB * KB) return `${Math.max(1, Math.round(bytes / KB))} kB`;
  return `${(bytes / KB / KB).toFixed(1)} MB`;
}

/** What is chosen, in words; a value that is not known here stands for itself. */
export const labels = (kinds, values) => values.map((value) => kinds.find((one) => one.value === value)?.label ?? value);
