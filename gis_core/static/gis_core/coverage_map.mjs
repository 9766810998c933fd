/** The coverage page's map: what is under the pointer, what is chosen, where to go. */

import { classOf, put, repaint, SOURCE } from "./coverage_style.mjs";
import { reducedMotion } from "./elements.mjs";
import { smallMap } from "./small_map.mjs";

const REACH = ["coverage-fill"];
const NEAREST = 13;
const CARD = 360; // px at the left that the card covers, where there is room beside it

export class CoverageMap {
  /** Null where the browser cannot draw. `shown`: days, hidden, letters, areas, moment, at. */
  static async make(container, region, shown, more = {}) {
    const made = new CoverageMap();
    made.shown = shown;
    made.states = { hover: "", on: "", chosen: new Set() };
    const [west, south, east, north] = region.split(",").map(Number);
    const bounds = region ? [[west, south], [east, north]] : [[73, 18], [135, 54]];
    const query = shown.at ? `at=${shown.at}` : "";
    made.bounds = bounds;
    made.map = await smallMap(container, {
      slugs: ["areas"], bounds, query, own: (style) => put(style, made.seen(), query),
      more: { hash: "map", fitBoundsOptions: { padding: container.clientWidth > 700 ? { top: 24, bottom: 24, left: 24, right: 220 } : 16 }, ...more },
    });
    made.map?.once("load", () => made.ready());
    return made.map ? made : null;
  }

  seen() {
    return { ...this.shown, kind: classOf(this.shown.days, this.shown.moment) };
  }

  /** What was asked for while the style was still on its way. */
  ready() {
    this.isReady = true;
    this.show({});
    for (const name of ["hover", "on"]) this.state(this.states[name], name, true);
    for (const code of this.states.chosen) this.state(code, "chosen", true);
  }

  show(changes) {
    Object.assign(this.shown, changes);
    if (this.isReady) repaint(this.map, this.seen());
  }

  state(code, name, value) {
    if (code && this.isReady) this.map.setFeatureState({ source: SOURCE, sourceLayer: SOURCE, id: code }, { [name]: value });
  }

  /** `name`: hover or on; one at a time. */
  mark(name, code) {
    if (this.states[name] === code) return;
    this.state(this.states[name], name, false);
    this.states[name] = code;
    this.state(code, name, true);
  }

  choose(codes) {
    for (const code of this.states.chosen) if (!codes.has(code)) this.state(code, "chosen", false);
    for (const code of codes) this.state(code, "chosen", true);
    this.states.chosen = new Set(codes);
  }

  go(box) {
    if (!box) return;
    const [west, south, east, north] = box.split(",").map(Number);
    const wide = this.map.getContainer().clientWidth > 2 * CARD;
    const padding = { top: 80, bottom: 80, left: wide ? CARD : 40, right: 40 };
    this.map.fitBounds([[west, south], [east, north]], { padding, maxZoom: NEAREST, duration: reducedMotion() ? 0 : 150 });
  }

  codeAt(point) {
    const layers = REACH.filter((id) => this.map.getLayer(id));
    return this.map.queryRenderedFeatures(point, { layers })[0]?.properties.code ?? "";
  }

  /** `onCell(code)` for a press or Enter at the centre, `onHover(code or "")`. */
  listen({ onCell, onHover }) {
    this.map.on("click", ({ point }) => onCell(this.codeAt(point)));
    this.map.on("mousemove", ({ point }) => {
      const code = this.codeAt(point);
      this.map.getCanvas().style.cursor = code ? "pointer" : "";
      onHover(code);
    });
    this.map.on("mouseout", () => onHover(""));
    this.map.getCanvas().addEventListener("keydown", (event) => {
      if (event.key === "Enter") onCell(this.codeAt(this.map.project(this.map.getCenter())));
    });
  }
}
