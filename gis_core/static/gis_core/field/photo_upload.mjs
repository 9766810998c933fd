/** A photo sent in pieces after the record that it belongs to; it goes on where it stood, also in another life of the page. */

import { sentences, token } from "./line.mjs";

const UPLOADS = "/api/v1/uploads/";
const PIECE_BYTES = 512 * 1024;
const STALLED_MS = 30_000;
const WORTHLESS = [400, 404, 413, 415];

/** The moment of the shutter goes as this phone's clock has it: the server puts it right as it does its record's. */
function metadata(photo, receipt) {
  const words = {
    case: receipt.case_no, filename: photo.name, filetype: photo.type, sha256: photo.sha256, record: receipt.key,
    kind: photo.slot.includes("signature") ? "inspection_record" : "audiovisual", title: photo.title ?? "", captured_at: photo.takenAt,
  };
  if (photo.lon !== null) Object.assign(words, { lon: photo.lon, lat: photo.lat, crs: "wgs84", accuracy_m: photo.accuracy });
  return Object.fromEntries(Object.entries(words).filter(([, value]) => value !== "").map(([name, value]) => [name, String(value)]));
}

/** The server's own sentences, "" where it gave none. */
function said(error) {
  try {
    return sentences(JSON.parse(error.originalResponse.getBody())).join(" ");
  } catch {
    return "";
  }
}

function failure(error) {
  const status = error.originalResponse?.getStatus() ?? 0;
  if (WORTHLESS.includes(status) && said(error)) return { state: "failed", why: said(error) };
  if (status === 0) return { state: "waiting", why: gettext("The line broke. It goes on from where it stands.") };
  return { state: "waiting", why: interpolate(gettext("The server cannot take it at the moment (%s). It is sent again by itself."), [status]) };
}

/** What is new of the photo: {state, evidenceId, url, offset, why}. `keepAddress` writes down where
 *  it goes; how far it is, the server knows. */
export async function sendPhoto(photo, receipt, device, { progress, keepAddress }) {
  try {
    await import("../../tus/tus.min.js");
  } catch {
    return { state: "waiting", why: gettext("The line broke. It goes on from where it stands.") };
  }
  return new Promise((resolve) => {
    let evidenceId = null;
    let stalled = 0;
    const stands = { url: photo.url, offset: photo.offset };
    const finish = (news) => {
      clearTimeout(stalled);
      resolve({ ...stands, ...news });
    };
    const upload = new globalThis.tus.Upload(photo.blob, {
      endpoint: UPLOADS, uploadUrl: photo.url, chunkSize: PIECE_BYTES, retryDelays: null, metadata: metadata(photo, receipt),
      headers: { "Field-Device": device }, storeFingerprintForResuming: false,
      onBeforeRequest: (request) => request.setHeader("X-CSRFToken", token()),
      onAfterResponse(_request, response) {
        evidenceId = response.getHeader("Evidence-Id") ?? evidenceId;
        alive();
      },
      onUploadUrlAvailable() {
        stands.url = upload.url;
        keepAddress(upload.url);
      },
      onProgress(sent, whole) {
        stands.offset = sent;
        progress(whole ? sent / whole : 1);
        alive();
      },
      onError: (error) => finish(failure(error)),
      onSuccess: () => finish({ state: "delivered", evidenceId, offset: photo.bytes, why: "" }),
    });
    const alive = () => {
      clearTimeout(stalled);
      stalled = setTimeout(() => {
        upload.abort();
        finish({ state: "waiting", why: gettext("The line broke. It goes on from where it stands.") });
      }, STALLED_MS);
    };
    alive();
    upload.start();
  });
}
