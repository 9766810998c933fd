/** Records a patrol: every point is kept at once, and a reload goes on where it was. The page of its own and the field
 *  application use it with the same piece of page, cases/_patrol_walk.html, which may be taken off the screen meanwhile. */

import { clock, element, moment } from "./elements.mjs";
import { forget, keepPatrol, keepPoint, keepStop, patrolsOf, pointsOf, stopsOf } from "./patrol_store.mjs";
import { position } from "./position.mjs";

const LONGEST_MS = 24 * 3_600_000; // what the server takes for one patrol
const SLEPT_MS = 5 * 60_000; // for as long without a point the server cuts the track
const FRESH_MS = 15_000;
const BELIEVED_M = 50;
const REFUSED = 1;

/** Stretches of time without a point, [from, until], of at least `SLEPT_MS`. */
export function gapsOf(times, start, end) {
  const all = [start, ...times, end];
  return all.slice(1).map((at, nth) => [all[nth], at]).filter(([from, until]) => until - from > SLEPT_MS);
}

export class Recorder {
  /** `finished()` is told when a patrol waits to be sent. */
  constructor(root, { who, finished }) {
    Object.assign(this, { root, who, finished, patrol: null, last: null, watching: null, awake: null, times: [], stops: 0 });
    this.on("start", () => this.start());
    this.on("check-in", () => this.checkIn());
    this.on("end", () => this.end());
    this.on("end-empty", () => this.endEmpty());
    this.part("walk-note").addEventListener("change", () => this.patrol && this.keep({ note: this.part("walk-note").value }));
    for (const button of root.querySelectorAll("[data-result]")) button.addEventListener("click", () => this.finish(button.dataset.result));
    document.addEventListener("visibilitychange", () => this.seen());
  }

  part(id) {
    return this.root.querySelector(`#${id}`);
  }

  on(id, does) {
    this.part(id).addEventListener("click", does);
  }

  say(sentence) {
    this.part("says").textContent = sentence;
  }

  async keep(news) {
    this.patrol = { ...this.patrol, ...news };
    await keepPatrol(this.patrol);
  }

  show() {
    const state = this.patrol ? (this.patrol.endedAt ? "ended" : "walking") : "idle";
    this.root.dataset.state = state;
    for (const part of this.root.querySelectorAll("[data-shown]")) part.hidden = part.dataset.shown !== state;
    if (!this.patrol) return;
    this.part("since").textContent = interpolate(gettext("On patrol since %(time)s"), { time: moment(this.patrol.startedAt) }, true);
    this.part("points").textContent = this.times.length;
    this.part("stops").textContent = this.stops;
    this.part("accuracy").textContent = this.last ? `±${this.last.accuracy} m` : "–";
    this.showGaps();
  }

  /** What was slept through is said, and not bridged. */
  showGaps() {
    const gaps = gapsOf(this.times, this.patrol.startedAt, this.patrol.endedAt ?? Date.now());
    const lines = gaps.map(([from, until]) => element("li", {}, interpolate(gettext("%(from)s–%(until)s: nothing was recorded, the phone slept or had no position."), { from: clock(new Date(from)), until: clock(new Date(until)) }, true)));
    for (const list of this.root.querySelectorAll(".walk-gaps")) list.replaceChildren(...lines.map((line) => line.cloneNode(true)));
  }

  seen() {
    if (document.visibilityState === "visible" && this.patrol) this.show();
    this.stayAwake();
  }

  unheard(error) {
    this.say(error.code === REFUSED
      ? gettext("The position was refused. Allow it in the browser's settings: without it neither track nor check-in can be recorded.")
      : gettext("No position at the moment. It is recorded again as soon as the device finds one."));
  }

  async heard({ coords }) {
    const mine = this.patrol;
    if (!mine || mine.endedAt) return;
    const at = Date.now();
    if (at - mine.startedAt > LONGEST_MS) {
      await this.end();
      return;
    }
    this.last = { lon: coords.longitude, lat: coords.latitude, accuracy: Math.round(coords.accuracy), at };
    try {
      await keepPoint(mine.key, this.last);
      this.times.push(at);
      this.show();
    } catch {
      this.say(gettext("This phone could not keep the point: its storage is full or forbidden."));
    }
  }

  async stayAwake() {
    try {
      if (this.patrol && !this.patrol.endedAt && document.visibilityState === "visible") this.awake = await navigator.wakeLock?.request("screen");
    } catch {
      // The screen goes dark as ever; recording goes on when it is lit again.
    }
  }

  watch() {
    if (this.watching !== null) return;
    if (!navigator.geolocation) {
      this.unheard({ code: REFUSED });
      return;
    }
    this.watching = navigator.geolocation.watchPosition((at) => this.heard(at), (error) => this.unheard(error), { enableHighAccuracy: true, maximumAge: 0, timeout: 60_000 });
    this.stayAwake();
  }

  async start() {
    this.say("");
    const begun = { key: crypto.randomUUID(), who: this.who, startedAt: Date.now(), endedAt: null, result: "", note: "", why: "", refused: false, receipt: null };
    try {
      await keepPatrol(begun);
    } catch {
      this.say(gettext("This browser keeps nothing for this page, so a patrol would be lost: leave private browsing."));
      return;
    }
    navigator.storage?.persist?.();
    Object.assign(this, { patrol: begun, last: null, times: [], stops: 0 });
    this.watch();
    this.show();
  }

  async checkIn() {
    const button = this.part("check-in");
    button.disabled = true;
    this.say(gettext("Looking for your position…"));
    try {
      const here = this.last && Date.now() - this.last.at < FRESH_MS ? { ...this.last } : await position();
      const stop = { lon: here.lon, lat: here.lat, accuracy: here.accuracy, at: Date.now() };
      await keepStop(this.patrol.key, stop);
      this.stops += 1;
      const words = { time: clock(), accuracy: stop.accuracy };
      this.say(interpolate(stop.accuracy > BELIEVED_M
        ? gettext("Checked in at %(time)s, but only to ±%(accuracy)s m: it may not count. Check in again in the open.")
        : gettext("Checked in at %(time)s, ±%(accuracy)s m."), words, true));
    } catch (error) {
      this.say(error.message);
    } finally {
      button.disabled = false;
      this.show();
    }
  }

  /** Ended only with something to show; somebody who recorded nothing may let the patrol go. True where it ended. */
  async end() {
    if (!this.times.length && !this.stops) return this.offerToDrop();
    if (this.watching !== null) navigator.geolocation.clearWatch(this.watching);
    this.watching = null;
    this.awake?.release();
    await this.keep({ endedAt: Math.min(Date.now(), this.patrol.startedAt + LONGEST_MS) });
    this.say("");
    this.show();
    return true;
  }

  /** The usual end of a patrol, in one tap. */
  async endEmpty() {
    if (await this.end()) await this.finish("nothing_found");
  }

  offerToDrop() {
    const drop = element("button", { type: "button", class: "small" }, gettext("Give this patrol up"));
    drop.addEventListener("click", async () => {
      await forget(this.patrol.key);
      if (this.watching !== null) navigator.geolocation.clearWatch(this.watching);
      Object.assign(this, { patrol: null, watching: null });
      this.say("");
      this.show();
    });
    this.part("says").replaceChildren(gettext("Nothing is recorded yet, so nothing would show this patrol. Check in first."), " ", drop);
    return false;
  }

  async finish(result) {
    await this.keep({ result, note: this.part("walk-note").value });
    this.part("walk-note").value = "";
    this.patrol = null;
    this.show();
    this.say("");
    await this.finished(result);
  }

  /** Where it was left: a patrol without a result is taken up again. */
  async resume() {
    this.patrol = (await patrolsOf(this.who)).find((one) => !one.result) ?? null;
    if (this.patrol) {
      const [points, stops] = [await pointsOf(this.patrol.key), await stopsOf(this.patrol.key)];
      [this.times, this.stops] = [points.map(({ at }) => at), stops.length];
      this.part("walk-note").value = this.patrol.note;
      const late = Date.now() - this.patrol.startedAt > LONGEST_MS;
      if (!this.patrol.endedAt && late && this.times.length + this.stops) await this.end();
      else if (!this.patrol.endedAt) this.watch();
    }
    this.show();
  }
}
