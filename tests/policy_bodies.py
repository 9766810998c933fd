"""What the routes of the policy table are sent: a sound body or query each."""

POINT = {"lon": "113.378", "lat": "34.787", "crs": "wgs84"}
REPORT = {"lon": 113.378, "lat": 34.787, "crs": "wgs84", "channel": "patrol"}
FORM = {**POINT, "channel": "patrol", "violations": ["tendering"], "land_ownership": "state", "key": "0" * 32}
OVERRIDE = {"group": "G2", "reason": "现场核实"}
DECISION = {"answers": "G2:", "reason": "现场核实", "version": "1"}
KIND = {"kind": "audiovisual"}
REVIEW = {"note": "时间、地点与画面核对无误"}
PATROL = {
    "started_at": "2026-11-20T01:00:00Z", "ended_at": "2026-11-20T02:00:00Z", "result": "nothing_found",
    "check_ins": [{"lon": 113.378, "lat": 34.787, "at": "2026-11-20T01:30:00Z", "accuracy_m": 8}],
}  # fmt: skip
BELIEVED = {"why": "两人同行，一部手机记录"}
FELL = {"act": "withdraw", "note": "决定已撤销"}
WHY = {"reason": "送达前核对当事人身份"}
POSTED = {"act": "post", "role": "grid_worker", "holder": "新来的", "valid_from": "2026-06-01"}
NEXT_PAGE = {"next": "/", "language": "en"}
GROUND = {"type": "Polygon", "coordinates": [[[113.4, 34.7], [113.41, 34.7], [113.41, 34.71], [113.4, 34.7]]]}
ACROSS = {"cell": 1, "line": [[113.4, 34.7], [113.41, 34.7]]}
MOVED = {"moves": [{"from": [113.4, 34.7], "to": [113.41, 34.7]}]}
