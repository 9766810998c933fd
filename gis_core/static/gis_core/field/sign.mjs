/** A signature: drawn with a finger, or typed by whoever cannot draw; the name stands beside it either way. */

import { element } from "../elements.mjs";

const INK = "#000000"; // a signature is black on white in every theme: it goes on paper
const PAPER = "#ffffff";
const WIDTH = 640;
const HEIGHT = 240;

export class Signature {
  /** `label` says whose; `name` is what is known of it. */
  constructor({ label, name = "" }) {
    this.strokes = [];
    this.canvas = element("canvas", { class: "pad", width: WIDTH, height: HEIGHT, role: "img", "aria-label": gettext("Field to sign in with a finger") });
    this.pen = this.canvas.getContext("2d");
    this.name = element("input", { type: "text", maxlength: 60, autocomplete: "off" });
    this.name.value = name;
    this.clear = element("button", { type: "button", class: "quiet" }, gettext("Clear"));
    this.clear.addEventListener("click", () => this.wipe());
    this.box = element("div", { class: "signature" },
      element("label", { class: "field" }, element("span", { class: "label" }, label), this.name),
      element("p", { class: "help" }, gettext("Sign in the field with a finger. Who cannot, types the name: it counts as the signature.")),
      this.canvas, this.clear);
    this.canvas.addEventListener("pointerdown", (event) => this.begin(event));
    this.canvas.addEventListener("pointermove", (event) => this.go(event));
    for (const name of ["pointerup", "pointercancel"]) this.canvas.addEventListener(name, () => (this.drawing = false));
    this.wipe();
  }

  at({ clientX, clientY }) {
    const box = this.canvas.getBoundingClientRect();
    return [((clientX - box.left) * WIDTH) / box.width, ((clientY - box.top) * HEIGHT) / box.height];
  }

  begin(event) {
    this.canvas.setPointerCapture(event.pointerId);
    this.drawing = true;
    this.strokes.push([this.at(event)]);
    this.draw();
  }

  go(event) {
    if (!this.drawing) return;
    this.strokes.at(-1).push(this.at(event));
    this.draw();
  }

  wipe() {
    this.strokes = [];
    this.draw();
  }

  draw() {
    const { pen } = this;
    pen.fillStyle = PAPER;
    pen.fillRect(0, 0, WIDTH, HEIGHT);
    pen.strokeStyle = INK;
    [pen.lineWidth, pen.lineCap, pen.lineJoin] = [4, "round", "round"];
    for (const [first, ...rest] of this.strokes) {
      pen.beginPath();
      pen.moveTo(...first);
      for (const point of rest.length ? rest : [first]) pen.lineTo(...point);
      pen.stroke();
    }
  }

  get typed() {
    return !this.strokes.some((stroke) => stroke.length > 1);
  }

  get signed() {
    return Boolean(this.name.value.trim());
  }

  /** {name, typed, blob}: a picture either way; the typed name is drawn and said to be typed. */
  async result() {
    const name = this.name.value.trim();
    const { typed } = this;
    if (typed) {
      this.draw();
      this.pen.fillStyle = INK;
      this.pen.font = "64px serif";
      this.pen.textBaseline = "middle";
      this.pen.fillText(name, 32, HEIGHT / 2 - 16, WIDTH - 64);
      this.pen.font = "20px sans-serif";
      this.pen.fillText(gettext("typed on this phone"), 32, HEIGHT - 32);
    }
    const blob = await new Promise((resolve) => this.canvas.toBlob(resolve, "image/png"));
    return { name, typed, blob };
  }
}
