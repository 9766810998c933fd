/** Evidence sent in pieces: large files go on after a broken line. Without this file the plain form sends one file. */

import "../tus/tus.min.js";
import { byId, number } from "./elements.mjs";

const PIECE_BYTES = 8 * 1024 * 1024;
const RETRY_AFTER_MS = [0, 1000, 3000, 6000, 12000];
const SAID = ["kind", "title", "captured_at", "lon", "lat", "crs", "accuracy_m"];
const MB = 1024 * 1024;

const form = byId("evidence-form");
const rows = byId("uploads");

/** What the form says of the files, as the protocol's metadata; empty words are left out. */
function said(file) {
  const words = { case: form.dataset.case, filename: file.name };
  for (const name of SAID) {
    const value = form.elements[name].value.trim();
    if (value) words[name] = value;
  }
  if (!words.lon && !words.lat) delete words.crs;
  if (form.elements.from_device.checked) words.from_device = "true";
  return words;
}

/** The server's own sentence, or what is known without one. */
function sentence(error) {
  const answer = error.originalResponse;
  if (!answer) return gettext("The connection is broken. Press Resume to go on from where it stands.");
  try {
    const body = JSON.parse(answer.getBody());
    return Object.values(body).flat().join(" ");
  } catch {
    return interpolate(gettext("The server could not take it (%(status)s). Press Resume to try again."), { status: answer.getStatus() }, true);
  }
}

/** Whether the server will never take this file: trying again is of no use. */
const refused = (error) => [400, 413, 415].includes(error.originalResponse?.getStatus());

const megabytes = (bytes) => (bytes < 10 * MB ? (bytes / MB).toFixed(1) : number(Math.round(bytes / MB)));

function row(file) {
  const made = byId("upload-row").content.firstElementChild.cloneNode(true);
  const part = (selector) => made.querySelector(selector);
  part(".upload-name").textContent = file.name;
  rows.append(made);
  const show = (state, words) => {
    made.className = state;
    part(".upload-says").textContent = words;
    part("progress").hidden = state === "refused";
    part("[data-act=pause]").hidden = state !== "";
    part("[data-act=resume]").hidden = !["paused", "failed"].includes(state);
    part("[data-act=remove]").hidden = state === "done";
  };
  return { made, part, show };
}

function send(file) {
  const { made, part, show } = row(file);
  const upload = new window.tus.Upload(file, {
    endpoint: form.dataset.uploads,
    chunkSize: PIECE_BYTES,
    retryDelays: RETRY_AFTER_MS,
    metadata: said(file),
    headers: { "X-CSRFToken": form.elements.csrfmiddlewaretoken.value },
    removeFingerprintOnSuccess: true,
    fingerprint: async () => [form.dataset.case, file.name, file.size, file.lastModified].join(" "),
    onProgress(sent, whole) {
      part("progress").value = sent / whole;
      const words = { sent: megabytes(sent), whole: megabytes(whole) };
      show("", interpolate(gettext("%(sent)s of %(whole)s MB"), words, true));
    },
    onError: (error) => show(refused(error) ? "refused" : "failed", sentence(error)),
    onSuccess() {
      part("progress").value = 1;
      show("done", gettext("Kept as evidence."));
      showList();
    },
  });
  made.addEventListener("click", ({ target }) => act(target.closest("[data-act]")?.dataset.act, upload, made, show));
  show("", gettext("Beginning…"));
  begin(upload);
}

/** Goes on with the same file of the same case where an earlier visit left it. */
async function begin(upload) {
  const [earlier] = await upload.findPreviousUploads();
  if (earlier) upload.resumeFromPreviousUpload(earlier);
  upload.start();
}

async function act(what, upload, made, show) {
  if (what === "pause") {
    await upload.abort();
    show("paused", gettext("Paused. What was sent stays for seven days."));
  } else if (what === "resume") {
    show("", gettext("Beginning…"));
    upload.start();
  } else if (what === "remove") {
    const refusedAlready = made.className === "refused";
    made.remove();
    if (!refusedAlready) await upload.abort(true).catch(() => {}); // what is gone already needs no removal
  }
}

const showList = () => window.htmx.ajax("GET", form.getAttribute("action"), { target: "#evidence-list", select: "#evidence-list", swap: "outerHTML" });

if (form && window.tus.isSupported) {
  const files = form.elements.file;
  files.multiple = true;
  form.addEventListener("submit", (event) => {
    if (!files.files.length) return; // the server says what is missing
    event.preventDefault();
    for (const file of files.files) send(file);
    files.value = "";
    form.elements.title.value = "";
  });
}
