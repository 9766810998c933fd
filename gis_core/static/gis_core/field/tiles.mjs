/** The ground under the map, carried: raster tiles of this server's own basemap, in Cache Storage by the name that makes
 *  room first. A foreign basemap is not copied: its licence does not say so. */

import * as store from "./store.mjs";

const NAME = "basemap";
const ZOOMS = [10, 11, 12, 13, 14, 15, 16];
export const MOST_TILES = 4000; // some 60 MB
const AT_ONCE = 4;
const FULL = 0.8; // of what the browser gives

const column = (lon, zoom) => Math.floor(((lon + 180) / 360) * 2 ** zoom);
const line = (lat, zoom) => {
  const angle = (lat * Math.PI) / 180;
  return Math.floor(((1 - Math.asinh(Math.tan(angle)) / Math.PI) / 2) * 2 ** zoom);
};

function boxOf({ coordinates }) {
  const flat = coordinates.flat(Infinity);
  const [lons, lats] = [flat.filter((_, nth) => nth % 2 === 0), flat.filter((_, nth) => nth % 2 === 1)];
  const least = (all) => all.reduce((one, other) => Math.min(one, other));
  const most = (all) => all.reduce((one, other) => Math.max(one, other));
  return [least(lons), least(lats), most(lons), most(lats)];
}

/** The address of this server's own tiles; null where the ground is somebody else's, or there is none. */
export function ownGround(pack) {
  const [ground] = pack?.basemap?.ground ?? [];
  return ground?.startsWith("/") && !ground.startsWith("//") ? ground : null;
}

/** Addresses of the tiles over these areas, wide ones first, no more than `MOST_TILES`. */
export function addresses(template, areas) {
  const found = new Set();
  for (const zoom of ZOOMS) {
    for (const [west, south, east, north] of areas.map(({ geometry }) => boxOf(geometry))) {
      for (let x = column(west, zoom); x <= column(east, zoom); x += 1) {
        for (let y = line(north, zoom); y <= line(south, zoom); y += 1) {
          if (found.size >= MOST_TILES) return [...found];
          found.add(new URL(template.replace("{z}", zoom).replace("{x}", x).replace("{y}", y), location.origin).href);
        }
      }
    }
  }
  return [...found];
}

export async function full() {
  const { used, quota } = await store.usage();
  return quota > 0 && used / quota > FULL;
}

/** How many are here. */
export const carriedTiles = async () => ((await caches.has(NAME)) ? (await (await caches.open(NAME)).keys()).length : 0);

/** Fetch what is not here; stops, and says so, where storage runs short. Calls with {done, all}. */
export async function carryTiles(pack, areas, progress) {
  const template = ownGround(pack);
  if (!template) return { all: 0, stopped: false };
  const wanted = addresses(template, areas);
  const cache = await caches.open(NAME);
  let [done, stopped] = [0, false];
  const waiting = [...wanted];
  const worker = async () => {
    while (waiting.length && !stopped) {
      const address = waiting.shift();
      if (!(await cache.match(address))) {
        const answer = await fetch(address).catch(() => null);
        if (answer?.ok && !answer.redirected) await cache.put(address, answer).catch(() => (stopped = true));
      }
      done += 1;
      if (done % 50 === 0) {
        stopped ||= await full();
        progress({ done, all: wanted.length });
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return { all: wanted.length, stopped };
}
