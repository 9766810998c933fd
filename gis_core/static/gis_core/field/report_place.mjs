/** Where a quick report is: the first position known while the draft was being made, or what a person says it is. Never
 *  where somebody happens to press “report”, which may be the office. */

import { element } from "../elements.mjs";
import { button, field } from "./controls.mjs";
import { fix, freshFix, placeOf } from "./fix.mjs";
import { when } from "./words.mjs";

const AUTO_MS = 10 * 60_000; // a draft older than that was begun somewhere else
const EAST = [73, 136];
const NORTH = [18, 54]; // so that the two numbers are not swapped unnoticed

const round = ({ place }) => `${place.lon.toFixed(5)}, ${place.lat.toFixed(5)}`;
const reach = ({ accuracy_m: metres }) => (metres === null || metres === undefined ? "" : ` ±${metres} m`);

/** What a draft keeps of a position: the place, and the moment it was known. */
export const placed = (at) => ({ place: placeOf(at), place_at: new Date(at.at).toISOString() });

/** Whether it was begun a moment ago or is not begun, so that a position of now is one of its making. */
export const recent = ({ begun_at: at }) => !at || Math.abs(Date.now() - Date.parse(at)) <= AUTO_MS;

/** The position of now, for a draft that has none and is being made; null otherwise. */
export function firstPlace(draft) {
  if (draft.place || !draft.begun_at || !recent(draft)) return null;
  return fix() && placed(fix());
}

/** Whether the draft was left without a place, and only a person can say where it was. */
export const lost = (draft) => !draft.place && !recent(draft);

/** In words: which place it is, how well and since when it is known. */
export function placeWords(draft) {
  if (draft.place?.source === "hand") return interpolate(gettext("Place set by hand: %s"), [round(draft)]);
  const words = { where: `${round(draft)}${reach(draft.place)}`, time: when(draft.place_at ?? draft.updatedAt) };
  return interpolate(gettext("Place of the report: %(where)s, known at %(time)s"), words, true);
}

const number = (text) => (/^\s*-?\d+([.,]\d+)?\s*$/.test(text) ? Number(text.replace(",", ".")) : NaN);
const within = (value, [least, most]) => value >= least && value <= most;

/** “Correct the place”: by the position of now, or by two numbers. Calls with {place, place_at}. */
export function correction(draft, changed) {
  const says = element("p", { class: "place-says", role: "status" });
  const here = button(gettext("Use my position of now"), "locate-fixed", async () => {
    says.textContent = gettext("Looking for your position…");
    const at = await freshFix();
    if (at) return changed(placed(at));
    says.textContent = gettext("No position came. Type the coordinates instead.");
    return null;
  });
  const told = draft.place ?? {};
  const lon = field(gettext("Longitude (WGS 84)"), told.lon?.toFixed(6), () => {}, { inputmode: "decimal", maxlength: 14 });
  const lat = field(gettext("Latitude (WGS 84)"), told.lat?.toFixed(6), () => {}, { inputmode: "decimal", maxlength: 14 });
  const set = button(gettext("Set this place"), "map-pin-check", () => {
    const [x, y] = [number(lon.input.value), number(lat.input.value)];
    if (!within(x, EAST)) return (says.textContent = gettext("Longitude: a number of degrees from 73 to 136."));
    if (!within(y, NORTH)) return (says.textContent = gettext("Latitude: a number of degrees from 18 to 54."));
    return changed({ place: { lon: x, lat: y, crs: "wgs84", source: "hand" }, place_at: new Date().toISOString() });
  });
  return element("details", { class: "more place-by-hand", open: lost(draft) }, element("summary", {}, gettext("Correct the place")),
    here, element("div", { class: "pair" }, lon, lat), set, says);
}
