/** A phone says which one it is and hears who is signed in on it. What was carried for another person goes at once. */

import { drop } from "./carry.mjs";
import { ask } from "./line.mjs";
import * as store from "./store.mjs";

const DEVICES = "/api/v1/field/devices/";
const OF_A_PERSON = ["areas", "start", "last_fix"];
const SYSTEMS = [
  [/HarmonyOS|OpenHarmony/, () => "HarmonyOS"], [/iPad/, () => "iPad"], [/iPhone|iPod/, () => "iPhone"],
  [/Android ([\d.]+)/, ([, release]) => `Android ${release}`], [/Windows/, () => "Windows"], [/Mac OS X/, () => "macOS"], [/Linux/, () => "Linux"],
];
const BROWSERS = [
  [/MicroMessenger/, "微信"], [/HuaweiBrowser/, "Huawei Browser"], [/MiuiBrowser/, "Mi Browser"], [/EdgA?\//, "Edge"], [/Firefox|FxiOS/, "Firefox"],
  [/Chrome|CriOS/, "Chrome"], [/Safari/, "Safari"],
];

/** What the phone is as far as its browser says: Android 14 · Chrome. */
export function description(agent = navigator.userAgent) {
  const [pattern, words] = SYSTEMS.find(([one]) => one.test(agent)) ?? [];
  const browser = BROWSERS.find(([one]) => one.test(agent))?.[1];
  return [pattern && words(pattern.exec(agent)), browser].filter(Boolean).join(" · ");
}

/** What the person calls it, else what it is. */
export const phoneName = async () => (await store.meta("phone_name"))?.trim() || description();

/** {status, answer, changed}: `changed` where somebody else is signed in than the one of whom this phone knew. */
export async function hello() {
  const { id } = await store.device();
  const told = await ask(DEVICES, { device: id, body: { id, name: await phoneName(), release: document.documentElement.dataset.release ?? "" } });
  if (told.status !== 200) return told;
  await store.keepMeta("skew_s", (Date.now() - Date.parse(told.answer.server_time)) / 1000);
  return { ...told, changed: await meet(told.answer.username) };
}

/** Records and photos stay, whoever took them down; what is taken down from now on has this person's name. */
async function meet(username) {
  const known = await store.meta("person");
  if (!username || !known || known.username === username) return false;
  await drop();
  for (const name of OF_A_PERSON) await store.keepMeta(name, null);
  await store.keepMeta("person", { username });
  return true;
}
