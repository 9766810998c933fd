/** The chosen cases on the map: a ring round each, at every zoom, and a click with Shift that chooses. */

import { token } from "./symbols.mjs";

const NAME = "selection";

const collection = (cases) => ({
  type: "FeatureCollection",
  features: cases.map(({ caseNo, lon, lat }) => ({
    type: "Feature", properties: { case_no: caseNo }, geometry: { type: "Point", coordinates: [lon, lat] },
  })),
});

const ring = () => ({
  id: NAME, type: "circle", source: NAME,
  paint: {
    "circle-radius": ["interpolate", ["linear"], ["zoom"], 8, 7, 12, 11, 14, 13],
    "circle-color": token("accent"), "circle-opacity": 0.16,
    "circle-stroke-color": token("accent"), "circle-stroke-width": 2.5,
  },
});

export class SelectionOnMap {
  /** `caseMap` is the page's map; `cases()` gives what is chosen; `onShiftClick(caseNo, place)`. */
  constructor(caseMap, { cases, onShiftClick }) {
    this.map = caseMap.map;
    this.cases = cases;
    // Another theme's style has no ring of ours: it is laid again over it.
    const lay = () => this.map.getSource(NAME) || this.lay();
    if (this.map.loaded()) lay();
    this.map.once("load", () => {
      lay();
      this.map.on("styledata", lay);
    });
    this.map.getContainer().addEventListener("click", (event) => {
      if (!event.shiftKey || !event.target.closest(".maplibregl-canvas")) return;
      event.stopPropagation();
      const frame = this.map.getCanvas().getBoundingClientRect();
      const drawn = caseMap.drawnAt({ x: event.clientX - frame.left, y: event.clientY - frame.top });
      if (drawn?.caseNo) onShiftClick(drawn.caseNo, drawn);
    }, true);
  }

  lay() {
    this.map.addSource(NAME, { type: "geojson", data: collection(this.cases()) });
    this.map.addLayer(ring());
  }

  show() {
    this.map.getSource(NAME)?.setData(collection(this.cases()));
  }
}
