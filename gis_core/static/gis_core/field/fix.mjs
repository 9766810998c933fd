/** Where the device is, heard for as long as somebody works on the site, so that a shutter needs not wait for it. */

const FRESH_MS = 15_000;
const WAIT_MS = 10_000;

let last = null;
let watching = null;
let listeners = new Set();
let refusal = 0; // the code of the last failure, 0 where there is none

const REASONS = {
  1: () => gettext("The position was refused. Allow it for this page in the browser's settings."),
  2: () => gettext("The device cannot tell where it is."),
  3: () => gettext("The position takes long. It goes faster in the open."),
};

function told({ coords, timestamp }) {
  const heading = Number.isFinite(coords.heading) ? Math.round(coords.heading) : null;
  return { lon: coords.longitude, lat: coords.latitude, accuracy: Math.round(coords.accuracy), heading, at: Math.min(timestamp, Date.now()) };
}

const tell = () => listeners.forEach((listener) => listener(fix()));

function heard(position) {
  [last, refusal] = [told(position), 0];
  tell();
}

function unheard(error) {
  refusal = error.code;
  tell();
}

/** The position of now: not older than a quarter of a minute; null where there is none. */
export const fix = () => (last && Date.now() - last.at < FRESH_MS ? last : null);

/** Why there is none, in words; empty while it is only being looked for. */
export const noFix = () => (refusal ? REASONS[refusal]() : navigator.geolocation ? "" : REASONS[2]());

/** Calls with every new position until what it answers is called. */
export function follow(listener) {
  listeners.add(listener);
  if (watching === null && navigator.geolocation) {
    watching = navigator.geolocation.watchPosition(heard, unheard, { enableHighAccuracy: true, maximumAge: 5_000, timeout: 60_000 });
  }
  return () => {
    listeners.delete(listener);
    if (listeners.size || watching === null) return;
    navigator.geolocation.clearWatch(watching);
    watching = null;
  };
}

/** A position asked for anew; null where none comes in time. */
export function freshFix() {
  if (fix()) return Promise.resolve(fix());
  if (!navigator.geolocation) return Promise.resolve(null);
  return new Promise((resolve) => {
    const done = (position) => {
      heard(position);
      resolve(last);
    };
    const failed = (error) => {
      unheard(error);
      resolve(null);
    };
    navigator.geolocation.getCurrentPosition(done, failed, { enableHighAccuracy: true, timeout: WAIT_MS, maximumAge: 10_000 });
  });
}

/** As a record says it. */
export const placeOf = (at) => at && { lon: at.lon, lat: at.lat, crs: "wgs84", accuracy_m: at.accuracy, source: "gps" };
