/** How far, which way and how long, in the words of the rest of the interface; and what a case is about. */

import { deadline } from "../deadline.mjs";
import { clock, moment } from "../elements.mjs";

const COMPASS = [
  [() => gettext("north"), "↑"], [() => gettext("north-east"), "↗"], [() => gettext("east"), "→"], [() => gettext("south-east"), "↘"],
  [() => gettext("south"), "↓"], [() => gettext("south-west"), "↙"], [() => gettext("west"), "←"], [() => gettext("north-west"), "↖"],
];

/** 68 m, 1.2 km: as gis_core/sentences.py says it. */
export function metres(distance) {
  const whole = Math.round(distance);
  if (whole < 1000) return interpolate(gettext("%(number)s m"), { number: whole }, true);
  return interpolate(gettext("%(number)s km"), { number: (distance / 1000).toFixed(1).replace(/\.0$/, "") }, true);
}

/** [word, arrow] of one of eight directions; of none at the place itself. */
export function way(bearing, distance) {
  if (distance < 0.5) return [gettext("here"), "•"];
  const [word, arrow] = COMPASS[Math.round(bearing / 45) % 8];
  return [word(), arrow];
}

/** A moment gone by: 14:05 of today, with its day when that is another one. */
export function when(at) {
  const said = moment(at);
  return said.slice(0, 10) === moment(new Date()).slice(0, 10) ? clock(new Date(at)) : said;
}

/** The stage as it is now: a term that ended since it was carried has ended. */
export const stageNow = ({ stage, due_at: due }) => (due && stage !== "closed" && Date.parse(due) < Date.now() ? "overdue" : stage);

/** {words, colour} of the term; null without one. */
export const due = (kase) => deadline({ due_at: kase.due_at, stage: kase.stage });

/** What stands beside the state, in words: an order in force, a major case. */
export function marks({ stop_order: order, is_major: major }) {
  const found = [];
  if (order) found.push([order.kind === "rectify" ? gettext("Order to rectify in force") : gettext("Stop order in force"), "danger"]);
  if (major) found.push([gettext("Major"), "major"]);
  return found;
}

/** A case of the API as a carried one. */
export function ofFeature({ geometry, properties: told }) {
  const [lon, lat] = geometry.coordinates;
  return {
    no: told.case_no, version: told.version ?? null, lon, lat, subject: subject(told.violation_labels), address: told.address, status: told.status, status_label: told.status_label,
    stage: told.stage, due_at: told.due_at, is_major: told.is_major, stop_order: null, group: told.group?.code ?? "", area: told.area?.code ?? "",
    violations: told.violations ?? [], accuracy_m: told.accuracy_m ?? null, unit: told.handling_unit?.code ?? "",
  };
}

function subject([first, ...more]) {
  if (!first) return gettext("Violation not yet named");
  if (!more.length) return first;
  return interpolate(gettext("%(first)s and %(n)s more"), { first, n: more.length }, true);
}
