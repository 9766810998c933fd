/** A line drawn by hand crosses itself, most often where it closes: such a ring encloses nothing certain. */

const cross = (o, a, b) => (a.x - o.x) * (b.y - o.y) - (a.y - o.y) * (b.x - o.x);

/** Where the stretches a–b and c–d cross; undefined where they do not, or only touch. */
function crossing(a, b, c, d) {
  const [across, along] = [cross(a, b, c) * cross(a, b, d), cross(c, d, a) * cross(c, d, b)];
  if (across >= 0 || along >= 0) return undefined;
  const share = cross(c, d, a) / (cross(c, d, a) - cross(c, d, b));
  return { x: a.x + share * (b.x - a.x), y: a.y + share * (b.y - a.y) };
}

const area = (ring) => Math.abs(ring.reduce((sum, a, i) => sum + cross({ x: 0, y: 0 }, a, ring[(i + 1) % ring.length]), 0) / 2);

/** The ring without its loops: of each crossing the larger part stays. */
export function untangled(ring) {
  const count = ring.length;
  for (let i = 0; i < count; i += 1) {
    for (let j = i + 2; j < count - (i === 0 ? 1 : 0); j += 1) {
      const at = crossing(ring[i], ring[i + 1], ring[j], ring[(j + 1) % count]);
      if (at) {
        const [inner, outer] = [[at, ...ring.slice(i + 1, j + 1)], [...ring.slice(0, i + 1), at, ...ring.slice(j + 1)]];
        return untangled(area(inner) > area(outer) ? inner : outer);
      }
    }
  }
  return ring;
}
