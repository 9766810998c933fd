/** Which way the phone points, where it has a compass and may be asked. Degrees from north, clockwise. */

const EVENT = "ondeviceorientationabsolute" in globalThis ? "deviceorientationabsolute" : "deviceorientation";

/** Of one event; null where it does not know where north is. */
export function headingOf({ webkitCompassHeading: compass, absolute, alpha }) {
  const turned = screen.orientation?.angle ?? 0;
  if (Number.isFinite(compass)) return (compass + turned) % 360;
  if ((absolute || EVENT === "deviceorientationabsolute") && Number.isFinite(alpha)) return (720 - alpha + turned) % 360;
  return null;
}

/** Some phones ask the person first, and only on a press. */
export const asks = () => typeof globalThis.DeviceOrientationEvent?.requestPermission === "function";

export async function allow() {
  try {
    return (await DeviceOrientationEvent.requestPermission()) === "granted";
  } catch {
    return false;
  }
}

/** Calls with every heading until what it answers is called. */
export function follow(listener) {
  const heard = (event) => {
    const heading = headingOf(event);
    if (heading !== null) listener(heading);
  };
  addEventListener(EVENT, heard);
  return () => removeEventListener(EVENT, heard);
}
