/** Which carried area a point lies in, without a line: the server's rule (cases/assignment.py) in small. What it says is
 *  a forecast; the server's answer counts. Degrees in WGS 84, metres on a plane that touches the earth at the point. */

const METRES_PER_DEGREE = 111_195;
const LEAST_REACH_M = 30; // a border is not known better, whatever the accuracy claims
const ON_BORDER_DEG = 1e-9;

const polygons = ({ type, coordinates }) => (type === "Polygon" ? [coordinates] : coordinates);

function onSegment([x, y], [x1, y1], [x2, y2]) {
  const [dx, dy] = [x2 - x1, y2 - y1];
  const length = dx * dx + dy * dy;
  const share = length ? Math.min(1, Math.max(0, ((x - x1) * dx + (y - y1) * dy) / length)) : 0;
  return Math.hypot(x - x1 - share * dx, y - y1 - share * dy) <= ON_BORDER_DEG;
}

/** 1 inside, 0 on the line, -1 outside. */
function side(point, ring) {
  const [x, y] = point;
  let inside = false;
  for (let nth = 0, before = ring.length - 1; nth < ring.length; before = nth, nth += 1) {
    const [from, to] = [ring[before], ring[nth]];
    if (onSegment(point, from, to)) return 0;
    if (from[1] > y !== to[1] > y && x < ((to[0] - from[0]) * (y - from[1])) / (to[1] - from[1]) + from[0]) inside = !inside;
  }
  return inside ? 1 : -1;
}

/** Whether the shape has the point; a point on its border is in it, on the rim of a hole too. */
export function covers(geometry, point) {
  return polygons(geometry).some(([outer, ...holes]) => side(point, outer) >= 0 && holes.every((hole) => side(point, hole) <= 0));
}

function size(geometry) {
  const ring = (points) => Math.abs(points.reduce((sum, [x, y], nth) => {
    const [nextX, nextY] = points[(nth + 1) % points.length];
    return sum + x * nextY - nextX * y;
  }, 0)) / 2;
  return polygons(geometry).reduce((sum, [outer, ...holes]) => sum + ring(outer) - holes.reduce((all, hole) => all + ring(hole), 0), 0);
}

/** Metres from the point to the nearest line of the shape. */
function metresToBorder(geometry, [lon, lat]) {
  const narrow = Math.cos((lat * Math.PI) / 180);
  const flat = ([x, y]) => [(x - lon) * narrow * METRES_PER_DEGREE, (y - lat) * METRES_PER_DEGREE];
  let least = Infinity;
  for (const ring of polygons(geometry).flat()) {
    for (let nth = 1; nth < ring.length; nth += 1) {
      const [[x1, y1], [x2, y2]] = [flat(ring[nth - 1]), flat(ring[nth])];
      const [dx, dy] = [x2 - x1, y2 - y1];
      const length = dx * dx + dy * dy;
      const share = length ? Math.min(1, Math.max(0, -(x1 * dx + y1 * dy) / length)) : 0;
      least = Math.min(least, Math.hypot(x1 + share * dx, y1 + share * dy));
    }
  }
  return least;
}

const rank = (area) => [area.kind === "special_area" ? 0 : 1, size(area.geometry), area.code];

function before(one, other) {
  const [mine, theirs] = [rank(one), rank(other)];
  const nth = mine.findIndex((value, at) => value !== theirs[at]);
  return nth >= 0 && mine[nth] < theirs[nth] ? -1 : 1;
}

/** {area, sure, others}: the carried area or null; not sure near the border of another group, whose areas `others` are,
 *  the nearest first. */
export function ground({ lon, lat, accuracy }, areas) {
  const point = [lon, lat];
  const reach = Math.max(accuracy ?? 0, LEAST_REACH_M);
  const [area = null] = areas.filter((one) => covers(one.geometry, point)).sort(before);
  const near = areas
    .filter((one) => one.group?.code !== area?.group?.code)
    .map((one) => ({ one, metres: covers(one.geometry, point) ? 0 : metresToBorder(one.geometry, point) }))
    .filter(({ metres }) => metres <= reach)
    .sort((one, other) => one.metres - other.metres || (one.one.code < other.one.code ? -1 : 1));
  return { area, sure: near.length === 0, others: near.map(({ one }) => one) };
}
