/** What waits in this phone as one file, made without a line: the records as JSON, the photos as they were taken. */

import { changes, drafts, photosOf } from "./store.mjs";
import { pointsOf, patrolsOf, stopsOf } from "../patrol_store.mjs";
import { zip } from "./zip.mjs";

const safe = (text) => text.replace(/[^\w.\-\u4e00-\u9fff]+/g, "_");

async function patrolFiles(who) {
  const waiting = who ? (await patrolsOf(who)).filter((patrol) => !patrol.receipt) : [];
  const told = await Promise.all(waiting.map(async (patrol) => ({ ...patrol, points: await pointsOf(patrol.key), stops: await stopsOf(patrol.key) })));
  return told.length ? [{ name: "patrols.json", blob: json(told) }] : [];
}

const json = (rows) => new Blob([JSON.stringify(rows, null, 2)], { type: "application/json" });

/** A zip of `keys` alone, or of everything that the server has not confirmed; the drafts, too. */
export async function bundle({ keys = null, who = "" } = {}) {
  const wanted = (row) => (keys ? keys.includes(row.key) : row.state !== "delivered");
  const rows = [...(await changes()).filter(wanted), ...(await drafts()).filter(wanted)];
  const told = [];
  const files = [];
  for (const { form: _form, ...row } of rows) {
    const photos = await photosOf(row.key);
    const named = photos.filter((photo) => photo.blob).map((photo) => [`photos/${safe(row.key)}/${safe(`${photo.id.slice(0, 8)}-${photo.name}`)}`, photo]);
    files.push(...named.map(([name, photo]) => ({ name, blob: photo.blob })));
    const paths = new Map(named.map(([name, photo]) => [photo.id, name]));
    told.push({ ...row, photos: photos.map(({ blob: _blob, ...photo }) => ({ ...photo, file: paths.get(photo.id) ?? null })) });
  }
  return zip([{ name: "records.json", blob: json(told) }, ...(keys ? [] : await patrolFiles(who)), ...files]);
}

/** Hand the file to the browser's downloads. */
export function save(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
