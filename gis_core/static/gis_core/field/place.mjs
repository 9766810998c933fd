/** Where somebody looks from: the device's position, or the middle of an area that was chosen by hand. */

import * as store from "./store.mjs";

let last = null; // the device's last position, whatever its age
let device = null; // fix.mjs, loaded when the device is listened to: the first list does without it

/** Whether the device may be asked without a question to the person. */
export async function granted() {
  if (!navigator.geolocation) return false;
  try {
    return (await navigator.permissions.query({ name: "geolocation" })).state === "granted";
  } catch {
    return false; // a browser that does not say is asked by the button
  }
}

const KEPT_MS = 30_000;
let keptAt = 0;

/** The last position is kept, with its time, so that the list stands at once when the application is opened again. */
function remember(here) {
  if (!here) return;
  last = here;
  if (Date.now() - keptAt < KEPT_MS) return;
  keptAt = Date.now();
  store.keepMeta("last_fix", here).catch(() => {}); // the list is there without it
}

export const began = remember;

/** {lon, lat, accuracy, at, source}; null where nothing is known. */
export async function standpoint() {
  const start = await store.meta("start");
  if (start) return { ...start, source: "hand" };
  last = device?.fix() ?? last ?? (await store.meta("last_fix")) ?? null;
  return last && { ...last, source: "gps" };
}

/** From now on from the middle of this area, null: from the device's position. */
export async function startFrom(area) {
  if (!area) return store.keepMeta("start", null);
  const [lon, lat] = middle(area.geometry);
  return store.keepMeta("start", { lon, lat, accuracy: null, name: area.name, code: area.code });
}

/** Calls with every position until what it answers is called. */
export function listen(listener) {
  let stop = null;
  let stopped = false;
  import("./fix.mjs").then((module) => {
    device = module;
    if (stopped) return;
    stop = device.follow((here) => {
      remember(here);
      listener(here);
    });
  });
  return () => {
    stopped = true;
    stop?.();
  };
}

export const whyNot = () => device?.noFix() ?? "";

/** The middle of the largest ring, as a plane has it. */
export function middle({ type, coordinates }) {
  const rings = type === "Polygon" ? [coordinates[0]] : coordinates.map(([outer]) => outer);
  const found = rings.map(centre).sort((one, other) => other.size - one.size);
  return found[0].at;
}

function centre(ring) {
  let [size, x, y] = [0, 0, 0];
  const [x0, y0] = ring[0]; // small numbers keep their digits
  for (let nth = 1; nth < ring.length; nth += 1) {
    const [[ax, ay], [bx, by]] = [ring[nth - 1], ring[nth]].map(([lon, lat]) => [lon - x0, lat - y0]);
    const cross = ax * by - bx * ay;
    [size, x, y] = [size + cross, x + (ax + bx) * cross, y + (ay + by) * cross];
  }
  return { size: Math.abs(size), at: size ? [x0 + x / (3 * size), y0 + y / (3 * size)] : ring[0] };
}
