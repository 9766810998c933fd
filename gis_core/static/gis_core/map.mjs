/** The map itself: made once, then told what to show. */

import { Map, Marker, NavigationControl, ScaleControl } from "../maplibre/maplibre-gl.mjs";
import { byId, reducedMotion } from "./elements.mjs";
import { build, CASE_LAYERS, dayOf, LAND, tilesOf } from "./style.mjs";
import { drawPictures } from "./symbols.mjs";

const NEAR = 14; // zoom at which single cases are told apart
const MOST = 19;
const REACH = 6; // pixels round a click that still mean the symbol
const PATIENCE = 8000; // ms until the map says that it is still loading
const FILTERED = ["open-cases", "history"];

export function canDraw() {
  try {
    return Boolean(document.createElement("canvas").getContext("webgl2"));
  } catch {
    return false;
  }
}

const box = (text) => (text ? text.split(",").map(Number) : null);
/** Room for what lies over the map: the legend at the right, the attribution below. */
const padding = () => {
  const legend = byId("legend");
  const wide = byId("map").clientWidth > 700 && legend.open;
  return { top: 24, left: 24, bottom: 24, right: wide ? legend.offsetWidth + 24 : 24 };
};

const marker = (name) => {
  const element = document.createElement("div");
  element.className = name;
  element.setAttribute("aria-hidden", "true");
  return new Marker({ element });
};

const words = () => ({
  "Map.Title": gettext("Map of cases"),
  "NavigationControl.ZoomIn": gettext("Zoom in"),
  "NavigationControl.ZoomOut": gettext("Zoom out"),
  "ScaleControl.Meters": gettext("m"),
  "ScaleControl.Kilometers": gettext("km"),
});

export class CaseMap {
  /** `known`: the catalogue's layers; `query`: the filters as text, read again whenever it changes. */
  constructor({ known, query }) {
    const frame = byId("map").dataset;
    this.known = known;
    this.query = query;
    this.basemap = JSON.parse(frame.basemap);
    this.region = box(frame.region);
    const limits = box(frame.limits);
    this.map = new Map({
      container: "map", hash: "map", style: this.style(), locale: words(), attributionControl: false,
      bounds: this.region ?? [73, 18, 135, 54], fitBoundsOptions: { padding: padding() },
      ...(limits && { maxBounds: [limits.slice(0, 2), limits.slice(2)] }), minZoom: limits ? 8 : 3, maxZoom: MOST,
      dragRotate: false, pitchWithRotate: false, touchPitch: false, fadeDuration: 0,
      localIdeographFontFamily: getComputedStyle(document.body).fontFamily,
    });
    this.map.touchZoomRotate.disableRotation();
    this.map.keyboard.disableRotation();
    this.map.addControl(new NavigationControl({ showCompass: false }), "bottom-right");
    this.map.addControl(new ScaleControl({ maxWidth: 96 }), "bottom-left");
    this.map.on("styleimagemissing", () => drawPictures(this.map));
    this.map.once("styledata", () => drawPictures(this.map));
    this.markers = { hovered: marker("ring hover"), chosen: marker("ring"), spot: marker("spot") };
    document.addEventListener("themechange", () => this.repaint());
  }

  style() {
    return build({ known: this.known, query: this.query, basemap: this.basemap });
  }

  repaint() {
    const hidden = this.map.getStyle().layers.filter((each) => each.layout?.visibility === "none").map((each) => each.id);
    drawPictures(this.map);
    const style = this.style();
    for (const each of style.layers) {
      each.layout = { ...each.layout, visibility: hidden.includes(each.id) ? "none" : "visible" };
    }
    this.map.setStyle(style, { diff: true });
  }

  setQuery(query) {
    const turned = dayOf(query) !== dayOf(this.query);
    this.query = query;
    for (const slug of turned ? LAND : []) this.map.getSource(slug)?.setTiles([tilesOf(slug, dayOf(query))]);
    for (const slug of FILTERED) this.map.getSource(slug)?.setTiles([tilesOf(slug, query)]);
  }

  /** Ask for the cases again; what is drawn stays until the new tiles are here. */
  reload() {
    for (const slug of FILTERED) if (this.map.getSource(slug)) this.map.refreshTiles(slug);
  }

  show(slug, shown) {
    for (const each of this.map.getStyle().layers) {
      if (each.metadata?.slug === slug) this.map.setLayoutProperty(each.id, "visibility", shown ? "visible" : "none");
    }
  }

  /** west,south,east,north of what is seen; empty where the whole region is. */
  extent() {
    const seen = this.map.getBounds();
    const edges = [seen.getWest(), seen.getSouth(), seen.getEast(), seen.getNorth()];
    const [west, south, east, north] = this.region ?? [];
    const whole = this.region && edges[0] <= west && edges[1] <= south && edges[2] >= east && edges[3] >= north;
    return whole ? "" : edges.map((edge) => edge.toFixed(5)).join(",");
  }

  /** `told` goes with the move's events: it says that no person moved the map. */
  go({ lon, lat }, zoom = NEAR, told = {}) {
    const target = { center: [lon, lat], zoom: Math.max(this.map.getZoom(), zoom) };
    if (reducedMotion()) this.map.jumpTo(target, told);
    else this.map.easeTo({ ...target, duration: 150 }, told);
  }

  /** Bring a place into the upper third, above a sheet that covers the rest. */
  liftAbove({ lon, lat }) {
    const offset = [0, -this.map.getContainer().clientHeight / 3];
    this.map.easeTo({ center: [lon, lat], offset, duration: reducedMotion() ? 0 : 150 }, { forRow: true });
  }

  whole() {
    if (this.region) this.fit(this.region);
  }

  /** Show west, south, east, north whole. */
  fit(box) {
    this.map.fitBounds(box, { padding: padding(), animate: false, maxZoom: MOST });
  }

  mark(name, at) {
    const marked = this.markers[name];
    if (at) marked.setLngLat([at.lon, at.lat]).addTo(this.map);
    else marked.remove();
  }

  /** The case or the number of cases drawn at a point of the screen, or undefined. */
  drawnAt({ x, y }, reach = REACH) {
    const layers = CASE_LAYERS.filter((id) => this.map.getLayer(id));
    const found = this.map.queryRenderedFeatures([[x - reach, y - reach], [x + reach, y + reach]], { layers });
    const feature = found.find((each) => each.properties.case_no) ?? found[0];
    if (!feature) return undefined;
    const [lon, lat] = feature.geometry.coordinates;
    return { caseNo: feature.properties.case_no, lon, lat };
  }

  /** Handlers: `onCase(caseNo, place)`, `onGround(place)`, `onHover(caseNo, place)`, `onMove(event)`. */
  listen({ onCase, onGround, onHover, onMove }) {
    const press = (point, at) => {
      const drawn = this.drawnAt(point);
      if (drawn?.caseNo) onCase(drawn.caseNo, drawn);
      else if (drawn) this.go(drawn, Math.min(this.map.getZoom() + 2, MOST));
      else onGround({ lon: at.lng, lat: at.lat });
    };
    this.map.on("click", (event) => press(event.point, event.lngLat));
    this.map.on("mousemove", ({ point }) => {
      const drawn = this.drawnAt(point, 3);
      this.map.getCanvas().style.cursor = drawn ? "pointer" : "";
      onHover(drawn?.caseNo ?? "", drawn?.caseNo ? drawn : null);
    });
    this.map.on("mouseout", () => onHover("", null));
    this.map.on("movestart", () => onHover("", null));
    let resized = false;
    let forRow = false; // a map of another size stays where a hand or a row brought it
    this.map.on("movestart", () => { resized = false; });
    this.map.on("resize", () => { resized = !this.map.isMoving(); });
    this.map.on("moveend", (event) => {
      if (!resized) forRow = Boolean(event.forRow);
      if (this.map.getContainer().offsetWidth) onMove({ forRow });
    });
    this.map.getCanvas().addEventListener("keydown", (event) => {
      const centre = this.map.getCenter();
      if (event.key === "Enter") press(this.map.project(centre), centre);
    });
    this.map.on("dataloading", () => this.wait(!this.map.areTilesLoaded()));
    this.map.on("idle", () => this.wait(false));
    // A tile that hangs is not asked for again while it does; a new page ends it, and the address keeps the view.
    byId("map-retry").addEventListener("click", () => location.reload());
  }

  /** The thin bar while tiles are on their way; after a while a sentence and a way out. */
  wait(waiting) {
    byId("map-progress").hidden = !waiting;
    if (waiting) this.patience ??= setTimeout(() => { byId("map-slow").hidden = false; }, PATIENCE);
    else {
      clearTimeout(this.patience);
      this.patience = undefined;
      byId("map-slow").hidden = true;
    }
  }

  /** The pixel of a place in the map's box. */
  pixel({ lon, lat }) {
    return this.map.project([lon, lat]);
  }
}
