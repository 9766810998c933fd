/** A camera that fills the screen: the last photo of the same place as a ghost, the stamp as it will be, one big shutter.
 *  It keeps nothing itself: `take(blob)` does, and only what it has kept is shown. */

import { byId, clock, element, icon } from "../elements.mjs";
import { fix, follow, noFix } from "./fix.mjs";

const WISHED = { audio: false, video: { facingMode: { ideal: "environment" }, width: { ideal: 1920 }, height: { ideal: 1440 } } };
const QUALITY = 0.92;

const button = (label, sign, more = {}) => element("button", { type: "button", ...more }, byId(`icon-${sign}`) && icon(sign), element("span", {}, label));

/** The picture that the camera shows at this moment, as JPEG: these bytes are the original. */
export async function frameOf(video) {
  const canvas = new OffscreenCanvas(video.videoWidth, video.videoHeight);
  canvas.getContext("2d").drawImage(video, 0, 0);
  return canvas.convertToBlob({ type: "image/jpeg", quality: QUALITY });
}

const ADVICE = () => [
  gettext("Open the settings of this page: the sign beside the address, or the settings of the application."),
  gettext("Allow the camera, then come back and press “Try again”."),
  gettext("Or choose a photo that the phone's own camera took: the position and the time of now go with it."),
];

/** A sheet that says why there is no camera, what to do, and the way with a file. */
function refusedSheet(again, choose) {
  const steps = element("ol", { class: "steps" }, ...ADVICE().map((sentence) => element("li", {}, sentence)));
  return element("div", { class: "camera-refused" }, element("h2", {}, gettext("The camera cannot be used")), steps, again, choose);
}

export class Camera {
  /** `words` says {title, caseNo}; `ghost` is a photo or null; `limit` the accuracy in metres that is good enough;
   *  `take(blob)` keeps a shot and answers the photo, `show(photo, canvas)` draws the copy, `drop(photo)` removes it. */
  constructor({ title, caseNo, ghost, limit, take, show, drop }) {
    Object.assign(this, { caseNo, ghost, limit, take, show, drop, stream: null, photo: null });
    this.video = element("video", { autoplay: true, playsinline: true, muted: true, "aria-label": gettext("Picture of the camera") });
    this.video.muted = true;
    this.over = element("img", { class: "ghost", alt: gettext("The last photo of the same place"), hidden: true });
    this.stamp = element("p", { class: "camera-stamp", role: "status" });
    this.says = element("p", { class: "camera-says", role: "alert" });
    this.canvas = element("canvas", { class: "shot", role: "img", hidden: true });
    this.files = element("input", { type: "file", accept: "image/*", capture: "environment", hidden: true, "aria-label": gettext("Choose a photo") });
    this.bar = element("div", { class: "camera-bar" });
    this.stage = element("div", { class: "camera-stage" }, this.video, this.over, this.canvas);
    this.dialog = element("dialog", { class: "camera", "aria-label": title },
      element("header", {}, element("h2", {}, title), this.stopButton()), this.stage, this.stamp, this.says, this.bar, this.files);
  }

  stopButton() {
    const close = button(gettext("Close"), "x", { class: "quiet" });
    close.addEventListener("click", () => this.close());
    return close;
  }

  /** Resolves when it is closed, with the photo that was kept last or null. */
  open() {
    document.body.append(this.dialog);
    this.dialog.showModal();
    this.dialog.addEventListener("close", () => this.finished(), { once: true });
    this.files.addEventListener("change", () => this.files.files[0] && this.shot(this.files.files[0]));
    this.unfollow = follow(() => this.said());
    this.ticking = setInterval(() => this.said(), 1000);
    this.closed = new Promise((resolve) => (this.resolve = resolve));
    this.start();
    return this.closed;
  }

  async start() {
    this.says.textContent = "";
    this.showLive();
    try {
      this.stream = await navigator.mediaDevices.getUserMedia(WISHED);
      if (!this.dialog.open) return this.end();
      this.video.srcObject = this.stream;
      await this.video.play();
    } catch {
      if (this.dialog.open) this.refused();
    }
  }

  refused() {
    const again = button(gettext("Try again"), "rotate-ccw");
    const choose = button(gettext("Take it with the phone's camera"), "camera", { class: "primary huge" });
    again.addEventListener("click", () => {
      this.stage.replaceChildren(this.video, this.over, this.canvas);
      this.start();
    });
    choose.addEventListener("click", () => this.files.click());
    this.bar.replaceChildren();
    this.stage.replaceChildren(refusedSheet(again, choose), this.canvas);
  }

  showLive() {
    this.photo = null;
    [this.video.hidden, this.canvas.hidden] = [false, true];
    if (this.ghost) {
      this.over.src ||= URL.createObjectURL(this.ghost.blob);
      this.over.hidden = false;
    }
    const shutter = element("button", { type: "button", class: "shutter", "aria-label": gettext("Take the photo") });
    shutter.addEventListener("click", () => this.press(shutter));
    const ghost = button(gettext("Ghost"), "layers", { "aria-pressed": String(!this.over.hidden) });
    ghost.addEventListener("click", () => {
      this.over.hidden = !this.over.hidden;
      ghost.setAttribute("aria-pressed", String(!this.over.hidden));
    });
    const file = button(gettext("File"), "image");
    file.addEventListener("click", () => this.files.click());
    this.bar.replaceChildren(file, shutter, this.ghost ? ghost : element("span"));
    this.said();
    shutter.focus();
  }

  async press(shutter) {
    if (!this.video.videoWidth) return;
    shutter.disabled = true;
    try {
      await this.shot(await frameOf(this.video));
    } finally {
      shutter.disabled = false;
    }
  }

  /** Kept first; what could not be kept is not shown as if it were. */
  async shot(blob) {
    try {
      this.photo = await this.take(blob);
    } catch {
      this.says.textContent = gettext("This phone could not keep the photo: its storage is full or forbidden. Nothing was taken.");
      return;
    }
    this.files.value = "";
    try {
      await this.show(this.photo, this.canvas);
      this.canvas.setAttribute("aria-label", gettext("The photo just taken, with its stamp"));
    } catch {
      this.canvas.setAttribute("aria-label", gettext("Kept; this browser cannot show it."));
    }
    this.showShot();
  }

  showShot() {
    if (!this.canvas.isConnected) this.stage.append(this.canvas);
    [this.video.hidden, this.over.hidden, this.canvas.hidden] = [true, true, false];
    this.stage.querySelector(".camera-refused")?.remove();
    const again = button(gettext("Retake"), "rotate-ccw");
    const good = button(gettext("Use it"), "check", { class: "primary huge" });
    again.addEventListener("click", async () => {
      await this.drop(this.photo);
      if (this.stream) this.showLive();
      else this.start();
    });
    good.addEventListener("click", () => this.close());
    this.bar.replaceChildren(again, good);
    this.stamp.textContent = gettext("Kept in this phone.");
    const rough = this.photo.accuracy === null || this.photo.accuracy > this.limit;
    this.says.textContent = rough ? this.roughly(this.photo) : "";
    good.focus();
  }

  roughly({ accuracy }) {
    if (accuracy === null) return gettext("No position was known at the shutter. Wait for one and retake, or use it: the record will say so.");
    return interpolate(gettext("The position was known to ±%s m only. Wait in the open and retake, or use it: the record will say so."), [accuracy]);
  }

  said() {
    if (this.photo) return;
    const here = fix();
    const place = here ? `${here.lon.toFixed(6)}, ${here.lat.toFixed(6)} ±${here.accuracy} m` : noFix() || gettext("Looking for your position…");
    this.stamp.textContent = [clock(), place, this.caseNo].filter(Boolean).join(" · ");
    this.stamp.classList.toggle("rough", !here || here.accuracy > this.limit);
  }

  end() {
    for (const track of this.stream?.getTracks() ?? []) track.stop();
    this.stream = null;
  }

  close() {
    this.dialog.close();
  }

  finished() {
    this.end();
    this.unfollow();
    clearInterval(this.ticking);
    if (this.over.src) URL.revokeObjectURL(this.over.src);
    this.dialog.remove();
    this.resolve(this.photo);
  }
}
