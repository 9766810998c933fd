/** The two cards over the map: a case, and who answers for a spot. Text only, never markup from data. */

import { deadline } from "./deadline.mjs";
import { byId, element, facts, icon, moment, symbol } from "./elements.mjs";
import { past } from "./query.mjs";

let latest = 0; // a slow answer to an older question is not shown

function top(...head) {
  const close = element("button", { type: "button", class: "quiet icon-button", "aria-label": gettext("Close"), "data-close": true }, icon("x"));
  return element("div", { class: "panel-top" }, ...head, close);
}

function open(id, ...content) {
  for (const other of ["card", "who"]) byId(other).hidden = other !== id;
  byId(id).replaceChildren(...content);
}

export const opened = () => ["card", "who"].map(byId).find((panel) => !panel.hidden);

export function close() {
  latest += 1;
  for (const id of ["card", "who"]) byId(id).hidden = true;
}

async function ask(id, address, said, show) {
  const mine = (latest += 1);
  open(id, top(element("span", {}, said)), element("p", { class: "skeleton" }, " "));
  let parts;
  try {
    const response = await fetch(address, { headers: { Accept: "application/json" } });
    const answer = await response.json();
    parts = response.ok ? show(answer) : trouble(said, sentences(answer));
  } catch {
    parts = trouble(said, gettext("The server did not answer. Try again in a moment."));
  }
  if (mine === latest) open(id, ...parts);
}

const sentences = (answer) => Object.values(answer).flat().join(" ");
const trouble = (said, why) => [top(element("span", {}, said)), element("p", { class: "message error", role: "alert" }, why)];

function due(found, ...before) {
  const time = deadline(found);
  return time && element("span", { class: `due ${time.colour}` }, [...before, time.words].join(" · "));
}

function title({ violation_labels: labels }) {
  const text = labels.join(gettext(", ")) || gettext("Violation not yet named");
  return text[0].toUpperCase() + text.slice(1);
}

function caseParts({ properties: found }) {
  const group = [found.group?.name, found.lead_unit?.name].filter(Boolean).join(" · ");
  return [
    top(element("span", { class: "stage" }, symbol(found.stage), found.status_label), element("span", {}, found.case_no)),
    element("h2", {}, title(found)),
    facts(
      [gettext("Address"), [found.area?.name, found.address].filter(Boolean).join(" · ")],
      [gettext("Answers"), group],
      [gettext("In charge"), [found.handling_unit?.name, found.addressee?.name].filter(Boolean).join(" · ")],
      [gettext("Due"), due(found, moment(found.due_at))],
      [gettext("Channel"), found.channel_label],
      [gettext("Reported"), moment(found.reported_at)],
    ),
    ...(found.reason ? [element("p", { class: "why" }, found.reason)] : []),
    element("p", { class: "actions" }, element("a", { class: "button primary wide", href: found.url }, past() ? gettext("Open the case as it is today") : gettext("Open case"))),
  ];
}

/** The case itself, or of a day gone by the list of that day that holds it. */
function caseAddress(caseNo) {
  const all = byId("map").dataset.cases;
  return past() ? `${all}?${new URLSearchParams({ q: caseNo, at: past() })}` : `${all}${encodeURIComponent(caseNo)}/`;
}

const one = (answer, caseNo) => answer.features?.find(({ properties }) => properties.case_no === caseNo) ?? answer;

export const showCase = (caseNo) => ask("card", caseAddress(caseNo), caseNo, (answer) => caseParts(one(answer, caseNo)));

export async function fetchCase(caseNo) {
  const response = await fetch(caseAddress(caseNo), { headers: { Accept: "application/json" } });
  if (!response.ok) throw new Error(`${response.status}`);
  return one(await response.json(), caseNo);
}

/** A case in three lines, as its row in the list. */
export const brief = ({ properties: found }) => [
  element("p", { class: "row-top" }, element("span", { class: "case-no" }, found.case_no), due(found)),
  element("p", { class: "row-title" }, symbol(found.stage), title(found)),
  element("p", { class: "note" }, [found.status_label, found.area?.name, found.address].filter(Boolean).join(" · ")),
];

export const spot = ({ lon, lat }) => `${lon.toFixed(6)}, ${lat.toFixed(6)}`;

function confidence(answer) {
  if (!answer.group) return null;
  const high = answer.confidence === "high";
  return element("span", { class: `chip ${high ? "good" : "warn"}` }, high ? gettext("certain") : gettext("to be confirmed"));
}

function whoParts(answer, at) {
  const report = !past() && byId("map").dataset.report;
  const here = answer.area?.name ?? (answer.outside ? gettext("Outside the region") : gettext("No area answers here"));
  const leads = answer.lead_units.map((unit) => element("li", {}, element("span", {}, unit.name)));
  return [
    top(element("span", {}, gettext("Who answers here")), element("span", {}, spot(at))),
    element("h2", {}, [here, answer.group?.name].filter(Boolean).join(" · ")),
    element("p", { class: "chips" }, confidence(answer), answer.schematic ? element("span", { class: "chip" }, gettext("schematic boundary")) : null),
    ...(leads.length ? [element("div", {}, element("h3", {}, gettext("Lead units in order")), element("ol", {}, ...leads))] : []),
    facts(
      [gettext("Convener"), answer.convener],
      [gettext("Candidates"), answer.candidates.map((each) => each.name).join(gettext(", "))],
      [gettext("Edition"), answer.edition],
    ),
    element("p", { class: "why" }, answer.reason),
    ...(report ? [element("p", { class: "actions" }, element("a", { class: "button primary wide", href: reportLink(report, at) }, gettext("Report here")))] : []),
  ];
}

export const reportLink = (address, { lon, lat }) => `${address}?lon=${lon.toFixed(6)}&lat=${lat.toFixed(6)}`;

export function showWho(at) {
  const asked = new URLSearchParams({ lon: at.lon.toFixed(6), lat: at.lat.toFixed(6), crs: "wgs84" });
  return ask("who", `${byId("map").dataset.locate}?${asked}`, gettext("Who answers here"), (answer) => whoParts(answer, at));
}
