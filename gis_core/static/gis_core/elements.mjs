/** Builds elements from text alone, so that what citizens wrote is never read as markup. */

export const byId = (id) => document.getElementById(id);

export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined && value !== false) made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined && child !== ""));
  return made;
}

/** One of the page's icons, from its template. */
export const icon = (name) => byId(`icon-${name}`).content.firstElementChild.cloneNode(true);

const SVG = "http://www.w3.org/2000/svg";

/** The map's symbol of a stage, from the page's sprite. */
export function symbol(stage) {
  const picture = document.createElementNS(SVG, "svg");
  picture.setAttribute("class", `symbol s-${stage}`);
  picture.setAttribute("viewBox", "-9 -9 18 18");
  picture.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `#symbol-${stage}`);
  picture.append(use);
  return picture;
}

/** Pairs of term and description; pairs without a description are left out. */
export function facts(...pairs) {
  const list = element("dl", { class: "facts" });
  for (const [term, said] of pairs) {
    if (said) list.append(element("dt", {}, term), element("dd", {}, said));
  }
  return list;
}

export const reducedMotion = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

const ZONE = "Asia/Shanghai";
const MOMENT = new Intl.DateTimeFormat("sv-SE", { dateStyle: "short", timeStyle: "short", timeZone: ZONE });
const DAY = new Intl.DateTimeFormat("sv-SE", { dateStyle: "short", timeZone: ZONE });
const CLOCK = new Intl.DateTimeFormat("sv-SE", { timeStyle: "short", timeZone: ZONE });

/** The day that it is in the office, `2026-03-02`, whatever zone the browser is in. */
export const officeDay = () => DAY.format(Date.now());

/** 2026-11-23 14:05, as everywhere in the interface. */
export const moment = (iso) => (iso ? MOMENT.format(new Date(iso)) : "");
export const clock = (date = new Date()) => CLOCK.format(date);

/** A whole number with the language's own separators. */
export const number = (value) => new Intl.NumberFormat(document.documentElement.lang).format(value);
