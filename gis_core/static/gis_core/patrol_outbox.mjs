/** Patrols that ended here and are not with the server yet: sent when there is a line, as often as it takes, once. */

import { element, moment } from "./elements.mjs";
import { keepPatrol, keepReceipt, patrolsOf, pointsOf, stopsOf } from "./patrol_store.mjs";
import { send } from "./sending.mjs";

const AGAIN_MS = 30_000;
const seconds = (ms) => ms / 1000;

async function bodyOf(patrol) {
  const [points, stops] = await Promise.all([pointsOf(patrol.key), stopsOf(patrol.key)]);
  return {
    key: patrol.key, started_at: seconds(patrol.startedAt), ended_at: seconds(patrol.endedAt), result: patrol.result,
    note: patrol.note, crs: "wgs84", points: points.map(({ lon, lat, at, accuracy }) => [lon, lat, seconds(at), accuracy]),
    check_ins: stops.map(({ lon, lat, at, accuracy }) => ({ lon, lat, at: seconds(at), accuracy_m: accuracy })),
  };
}

export class Outbox {
  /** `section` is where its rows stand; `address` takes patrols; `reportLink()` makes a link to report what was found;
   *  `changed()` is told when it shows them anew. */
  constructor({ who, address, section, reportLink, changed = () => {} }) {
    Object.assign(this, { who, address, section, reportLink, changed, busy: false });
    addEventListener("online", () => this.send());
    setInterval(() => this.send(), AGAIN_MS);
  }

  /** One after the other. What the server refuses waits for a press, what it did not answer for the next time. */
  async send(pressed = false) {
    if (this.busy) return;
    this.busy = true;
    try {
      for (const patrol of await patrolsOf(this.who)) {
        const waits = patrol.result && !patrol.receipt && (pressed || !patrol.refused);
        if (waits && navigator.onLine) await this.sendOne(patrol);
      }
    } finally {
      this.busy = false;
      await this.show();
    }
  }

  async sendOne(patrol) {
    const { ok, answer, why } = await send(this.address, await bodyOf(patrol));
    if (ok) {
      const { id, url, received_at: at, counts, cells, doubts } = answer;
      const entered = cells.filter((cell) => cell.entered).map((cell) => cell.name);
      await keepReceipt({ ...patrol, why: "", refused: false, receipt: { id, url, at, counts, entered, doubts: doubts.map((one) => one.sentence) } });
    } else {
      await keepPatrol({ ...patrol, why, refused: Object.keys(answer).length > 0 });
    }
  }

  async show() {
    const patrols = (await patrolsOf(this.who)).filter((patrol) => patrol.result);
    this.section.hidden = !patrols.length;
    this.section.querySelector("ol").replaceChildren(...patrols.slice(0, 20).map((patrol) => this.row(patrol)));
    this.changed();
  }

  row(patrol) {
    const when = element("b", {}, `${moment(patrol.startedAt)}–${moment(patrol.endedAt).slice(-5)}`);
    return element("li", { "data-key": patrol.key }, when, ...(patrol.receipt ? received(patrol.receipt) : this.waiting(patrol)),
      patrol.result === "found" ? this.reportLink() : null);
  }

  waiting(patrol) {
    const again = element("button", { type: "button", class: "small" }, gettext("Send again"));
    again.addEventListener("click", () => this.send(true));
    const why = patrol.why || (navigator.onLine ? "" : gettext("There is no line. It is sent as soon as there is one."));
    return [element("span", { class: "chip warn" }, gettext("waiting to be sent")), element("p", {}, why), again];
  }
}

function received({ id, url, at, counts, entered, doubts }) {
  const receipt = interpolate(gettext("Receipt no. %(number)s, %(time)s"), { number: id, time: moment(at) }, true);
  return [
    element("span", { class: counts ? "chip good" : "chip bad" }, counts ? gettext("delivered") : gettext("delivered, does not count yet")),
    element("p", {}, element("a", { href: url }, receipt)),
    entered.length ? element("p", {}, interpolate(gettext("Visited: %(cells)s"), { cells: entered.join(gettext(", ")) }, true)) : null,
    ...doubts.map((sentence) => element("p", { class: "muted" }, sentence)),
  ];
}
