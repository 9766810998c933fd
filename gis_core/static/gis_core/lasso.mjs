/** Drawing a shape over the map: by a free line, a rectangle, or corner by corner; each also from the keyboard, where
 *  arrows move the map under a cross and Enter sets a corner at it. What lies in the shape the server says. */

import { byId } from "./elements.mjs";
import { token } from "./symbols.mjs";
import { untangled } from "./untangled.mjs";

const CLOSE = 10; // pixels from the first corner that close the shape
const APART = 4; // pixels between two points of a free line
const STEP = 40; // pixels that an arrow moves the map; with Shift a fifth of it
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const CLICKED = 3; // pixels that a hand may tremble in a click
const MOST = 1900; // points of a free line, under the server's limit

const HINTS = {
  lasso: () => gettext("Draw round the cases. With keys: arrows move, Enter sets a corner, Space finishes."),
  rectangle: () => gettext("Draw a rectangle from corner to corner. With keys: arrows move, Enter sets a corner."),
  polygon: () => gettext("Click the corners, the first one again to finish. With keys: arrows move, Enter sets a corner, Space finishes."),
  line: () => gettext("Click along the line, from outside the cell across it; the last corner again to finish. With keys: arrows move, Enter sets a corner, Space finishes."),
};

const far = (a, b) => Math.hypot(a.x - b.x, a.y - b.y);

export class Drawing {
  /** `onShape(GeoJSON polygon, or a line for the tool of that name)`; `onEnd()` whenever a drawing is over, done or not. */
  constructor(map, { onShape, onEnd }) {
    Object.assign(this, { map, onShape, onEnd, tool: "", corners: [], pointer: null, begun: null });
    this.sheet = document.createElement("canvas");
    this.sheet.className = "draw-sheet";
    this.sheet.setAttribute("aria-hidden", "true");
    this.sheet.hidden = true;
    map.getContainer().append(this.sheet);
    for (const [name, does] of Object.entries({ pointerdown: this.down, pointermove: this.moved, pointerup: this.up })) {
      this.sheet.addEventListener(name, does.bind(this));
    }
    this.sheet.addEventListener("wheel", (event) => {
      event.preventDefault();
      map.getCanvas().dispatchEvent(new WheelEvent("wheel", event));
    });
    map.getContainer().addEventListener("keydown", this.key.bind(this), true);
    map.on("move", () => this.paint());
    map.on("resize", () => this.fit());
    byId("draw-finish").addEventListener("click", () => this.finish());
    byId("draw-undo").addEventListener("click", () => this.takeBack());
    byId("draw-cancel").addEventListener("click", () => this.end());
  }

  get on() {
    return Boolean(this.tool);
  }

  start(tool) {
    this.tool = tool;
    this.corners = [];
    this.begun = null;
    this.sheet.hidden = false;
    byId("draw-hint").hidden = false;
    byId("draw-says").textContent = HINTS[tool]();
    this.map.getCanvas().focus();
    this.fit();
  }

  end() {
    this.tool = "";
    this.sheet.hidden = true;
    byId("draw-hint").hidden = true;
    this.onEnd();
  }

  finish() {
    const corners = this.tool === "rectangle" && this.corners.length === 2 ? this.rectangle() : this.corners;
    if (this.tool === "line" && corners.length > 1) {
      const line = corners.map(({ lng, lat }) => [lng, lat]);
      this.end();
      this.onShape({ type: "LineString", coordinates: line });
      return;
    }
    if (corners.length < 3) {
      byId("draw-says").textContent = gettext("A shape needs at least three corners.");
      return;
    }
    const ring = corners.map(({ lng, lat }) => [lng, lat]);
    this.end();
    this.onShape({ type: "Polygon", coordinates: [[...ring, ring[0]]] });
  }

  takeBack() {
    this.corners.pop();
    this.map.getCanvas().focus();
    this.paint();
  }

  /** Two opposite corners, as a person sees them. */
  rectangle() {
    const [a, b] = this.corners.map((corner) => this.map.project(corner));
    return [a, { x: b.x, y: a.y }, b, { x: a.x, y: b.y }].map(({ x, y }) => this.map.unproject([x, y]));
  }

  set(place) {
    this.corners.push(place);
    if (this.tool === "rectangle" && this.corners.length === 2) this.finish();
    else this.paint();
  }

  at(event) {
    const frame = this.sheet.getBoundingClientRect();
    return { x: event.clientX - frame.left, y: event.clientY - frame.top };
  }

  down(event) {
    if (event.button) return;
    this.begun = this.at(event);
    this.line = [this.begun];
    this.sheet.setPointerCapture(event.pointerId);
    this.first = this.tool === "rectangle" && !this.corners.length;
    if (this.first) this.corners = [this.map.unproject([this.begun.x, this.begun.y])];
  }

  moved(event) {
    this.pointer = this.at(event);
    if (this.begun && this.tool === "lasso" && far(this.pointer, this.line.at(-1)) >= APART && this.line.length < MOST) {
      this.line.push(this.pointer);
    }
    this.paint();
  }

  up(event) {
    if (!this.begun) return;
    const here = this.at(event);
    const clicked = far(here, this.begun) <= CLICKED;
    this.begun = null;
    if (this.tool === "lasso" && !clicked) {
      this.corners = untangled(this.line).map(({ x, y }) => this.map.unproject([x, y]));
      this.finish();
    } else if (this.tool === "rectangle") {
      if (!clicked || !this.first) this.set(this.map.unproject([here.x, here.y]));
    } else if (clicked) this.clicked(here);
  }

  clicked(here) {
    const line = this.tool === "line";
    const last = this.corners.length > (line ? 1 : 2) && this.map.project(this.corners.at(line ? -1 : 0));
    if (last && far(last, here) <= CLOSE) this.finish();
    else this.set(this.map.unproject([here.x, here.y]));
  }

  key(event) {
    if (!this.on || event.ctrlKey || event.metaKey || event.altKey) return;
    const arrow = ARROWS[event.key];
    const step = event.shiftKey ? STEP / 5 : STEP;
    this.pointer = null; // from here on the cross is the hand
    if (arrow) this.map.panBy(arrow.map((way) => way * step), { animate: false });
    else if (event.key === "Enter") this.set(this.map.getCenter());
    else if (event.key === " ") this.finish();
    else if (event.key === "Backspace") this.takeBack();
    else return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }

  fit() {
    const { clientWidth: width, clientHeight: height } = this.map.getContainer();
    Object.assign(this.sheet, { width: width * devicePixelRatio, height: height * devicePixelRatio });
    this.paint();
  }

  /** Corners so far, in pixels; the last is the pointer or, without one, the middle of the map. */
  outline() {
    const set = this.corners.map((corner) => this.map.project(corner));
    if (this.begun && this.tool === "lasso") return this.line;
    const next = this.pointer ?? this.map.project(this.map.getCenter());
    if (this.tool === "rectangle" && set.length) return [set[0], { x: next.x, y: set[0].y }, next, { x: set[0].x, y: next.y }];
    return set.length ? [...set, next] : set;
  }

  paint() {
    if (!this.on) return;
    const pen = this.sheet.getContext("2d");
    pen.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
    pen.clearRect(0, 0, this.sheet.width, this.sheet.height);
    Object.assign(pen, { strokeStyle: token("accent"), fillStyle: token("accent"), lineWidth: 2, lineJoin: "round" });
    const outline = this.outline();
    pen.beginPath();
    for (const { x, y } of outline) pen.lineTo(x, y);
    if (this.tool !== "line") {
      pen.closePath();
      pen.globalAlpha = 0.14;
      pen.fill();
      pen.globalAlpha = 1;
    }
    pen.stroke();
    for (const corner of this.corners) {
      const { x, y } = this.map.project(corner);
      pen.beginPath();
      pen.arc(x, y, 4, 0, 2 * Math.PI);
      pen.fill();
    }
  }
}
