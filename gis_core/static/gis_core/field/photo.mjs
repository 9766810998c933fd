/** A photo of the site: its digest first, kept before it is shown, the original never touched; the stamp is on a copy. */

import { changes, drafts, dropBasemap, keepPhoto, photosOf, usage } from "./store.mjs";
import { fix } from "./fix.mjs";

const WARN_SHARE = 0.8;
const SHORT_SHARE = 0.95;
const ZONE = "Asia/Shanghai";
const SECONDS = new Intl.DateTimeFormat("sv-SE", { dateStyle: "short", timeStyle: "medium", timeZone: ZONE });
const STAMP_WIDTH = 1280;

/** Hexadecimal SHA-256 of the bytes as they are. */
export async function digest(blob) {
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", await blob.arrayBuffer()));
  return [...hash].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

const ENDINGS = { "image/jpeg": "jpg", "image/png": "png", "image/webp": "webp", "image/heic": "heic" };

/** Names that say when and of what; a chosen file keeps its own. */
function nameOf(blob, slot, at) {
  if (blob.name) return blob.name;
  return `${slot}-${SECONDS.format(at).replace(/[^0-9]/g, "")}.${ENDINGS[blob.type] ?? "bin"}`;
}

/** Keep what the shutter gave. Resolves when it is on the disk: only then may a screen show it. */
export async function take(blob, { record, slot, title = "", at = new Date(), here = fix() }) {
  const sha256 = await digest(blob);
  const photo = {
    id: crypto.randomUUID(), record, slot, title, blob, name: nameOf(blob, slot, at), type: blob.type, bytes: blob.size, sha256,
    takenAt: at.toISOString(), lon: here?.lon ?? null, lat: here?.lat ?? null, accuracy: here?.accuracy ?? null,
    heading: here?.heading ?? null, state: "waiting", offset: 0, url: null, evidenceId: null, why: "",
  };
  await keepPhoto(photo).catch(async () => {
    await dropBasemap(); // full: the carried map goes before a photo does
    await keepPhoto(photo);
  });
  return photo;
}

/** What the stamp says, line by line. */
export function stampLines(photo, caseNo) {
  const place = photo.lon === null ? gettext("no position") : `${photo.lon.toFixed(6)}, ${photo.lat.toFixed(6)} ±${photo.accuracy} m`;
  return [SECONDS.format(new Date(photo.takenAt)), place, caseNo].filter(Boolean);
}

/** A copy with the stamp burnt in, for the screen and for nothing else. */
export async function stamped(photo, caseNo, canvas = document.createElement("canvas")) {
  const picture = await createImageBitmap(photo.blob);
  const scale = Math.min(1, STAMP_WIDTH / picture.width);
  [canvas.width, canvas.height] = [Math.round(picture.width * scale), Math.round(picture.height * scale)];
  const pen = canvas.getContext("2d");
  pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  const lines = stampLines(photo, caseNo);
  const size = Math.max(14, Math.round(canvas.width / 28));
  const height = size * 1.4 * lines.length + size * 0.6;
  pen.fillStyle = "rgb(0 0 0 / 0.6)";
  pen.fillRect(0, canvas.height - height, canvas.width, height);
  pen.fillStyle = "#ffffff";
  pen.font = `${size}px sans-serif`;
  pen.textBaseline = "top";
  lines.forEach((line, nth) => pen.fillText(line, size * 0.6, canvas.height - height + size * 0.4 + nth * size * 1.4));
  return canvas;
}

/** As it is, for what carries its own words: a signature. */
export async function plain(photo, canvas) {
  const picture = await createImageBitmap(photo.blob);
  [canvas.width, canvas.height] = [picture.width, picture.height];
  canvas.getContext("2d").drawImage(picture, 0, 0);
  picture.close();
}

/** Of `least` {slot: number}, what these photos do not have yet: {slot: how many more}. */
export function missing(least, photos) {
  const lacking = {};
  for (const [slot, number] of Object.entries(least)) {
    const more = number - photos.filter((photo) => photo.slot === slot).length;
    if (more > 0) lacking[slot] = more;
  }
  return lacking;
}

/** The last photo of the same slot of the same case, to be laid over the picture of the camera; null without one. */
export async function ghostOf(caseNo, slot) {
  const records = [...(await changes()), ...(await drafts())].filter((one) => caseNo && one.case_no === caseNo);
  const photos = (await Promise.all(records.map(({ key }) => photosOf(key)))).flat();
  const same = photos.filter((photo) => photo.slot === slot && photo.blob && photo.type.startsWith("image/"));
  return same.sort((one, other) => (one.takenAt < other.takenAt ? 1 : -1))[0] ?? null;
}

/** "" while there is room, else what is said. The carried map goes first; evidence never. */
export async function room() {
  const { used, quota } = await usage();
  const share = quota ? used / quota : 0;
  if (share < WARN_SHARE) return "";
  if (share < SHORT_SHARE) return interpolate(gettext("This phone's storage is full to %s percent. Send what waits, or free some room."), [Math.round(share * 100)]);
  await dropBasemap();
  return gettext("This phone's storage is nearly full: the carried map was removed to make room for evidence.");
}
