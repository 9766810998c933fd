"""Who may do what, written down from the domain page alone: nothing here is imported from the product.

`tests/test_permission_matrix.py` holds every route of the URL map against it, for every actor and method.
"""

from dataclasses import dataclass, field

from tests import policy_bodies as sent
from tests.policy_people import (
    ACTORS,
    CIRCULAR_KEEPERS,
    CIRCULAR_OFFICE,
    CIRCULAR_READERS,
    COLUMN_DESK,
    COLUMNISTS,
    CONDUCT_KEEPERS,
    CONDUCT_READERS,
    EVERYBODY,
    EXPORTERS,
    FIELD,
    HANDERS,
    JUDGES,
    KEEPERS,
    LEDGER_KEEPERS,
    LEDGER_READERS,
    OFFICE,
    OWNERS,
    PATROLLERS,
    PLANNERS,
    READERS,
    REPORTERS,
    REVIEWERS,
    SEES,
    SEES_CELLS,
    SEES_CIRCULARS,
    SEES_PATROLS,
    SEES_PLAN,
    SEES_REPORTER,
    SETTLERS,
    SIGNED_IN,
    STAFF,
    SUMMERS,
    UNMASKERS,
    WATCHERS,
)


@dataclass(frozen=True)
class Route:
    """`let_in`: method → who; `answers`: method → status of those let in. Object routes answer 404 beside.

    The method "other" stands in `answers` where methods that are not offered get something else than 405.

    `door` says how others are sent away: "page" to the sign-in page or 403, "api" by 401 or 403, "open" never.
    `query` is a sound query; `objects` names what the address's identifier stands for.
    """

    door: str
    let_in: dict
    answers: dict = field(default_factory=dict)
    arguments: tuple = ()
    query: dict = field(default_factory=dict)
    body: dict = field(default_factory=dict)
    objects: str = ""
    uploads: str = ""  # the body is a form, and in this field a photo
    sees: dict = field(default_factory=lambda: SEES)  # whose objects an actor finds
    needs_region: tuple = ()  # methods that answer 400 to somebody who works in no region

    def statuses(self, method):
        status = self.answers.get(method, () if method == "other" else 200)
        return status if isinstance(status, tuple) else (status,)


TILE = {"GET": (200, 204)}  # what is in it is asked elsewhere; here only who is let in


def page(who, **words):
    return Route("page", {"GET": who}, **words)


def api(who, **words):
    return Route("api", {"GET": who}, **words)


def on_a_draft(body, status=409):
    """The drafts of the matrix have no cell: what needs one is refused with a sentence."""
    return Route("api", {"POST": KEEPERS}, {"POST": status}, objects="grid draft", body=body)


ROUTES = {
    "map": page(STAFF),
    "case-rows": page(STAFF),
    "case-news": page(STAFF),
    "case-rows-anew": page(STAFF),
    # A POST without a word of what to do; tests/cases/test_saved_views.py asks the rest.
    "views": Route("page", {"GET": STAFF, "POST": STAFF}, {"POST": 400}),
    "case-new": Route(
        "page", {"GET": REPORTERS, "POST": REPORTERS}, {"POST": 302}, body=sent.FORM, needs_region=("POST",)
    ),
    "case-answer": page(REPORTERS, query=sent.POINT),
    "case-places": page(REPORTERS, query={"place": "索河"}),
    "case-detail": page(STAFF, objects="case"),
    "case-override": Route("page", {"POST": OFFICE}, {"POST": 302}, objects="case", body=sent.DECISION),
    "case-evidence": Route(
        "page", {"GET": STAFF, "POST": REPORTERS}, {"POST": 302}, objects="case", uploads="file", body=sent.KIND
    ),
    "case-unmask-party": Route("page", {"POST": UNMASKERS}, objects="party", body=sent.WHY),
    "case-unmask-reporter": Route("page", {"POST": STAFF}, objects="case", body=sent.WHY, sees=SEES_REPORTER),
    # Anybody who works on cases may add a remark; which other verb on which case is tests/cases/test_act_page.py's.
    "case-act": Route(
        "page",
        {"GET": STAFF, "POST": STAFF},
        {"POST": 302},
        arguments=("remark",),
        objects="case",
        body={"text": "现场仍在施工", "version": "1"},
    ),
    "photo": page(STAFF, objects="photo"),
    "small-photo": page(STAFF, objects="photo"),
    "api-documents": api(READERS, objects="case"),
    "document": page(READERS, objects="document"),
    "document-file": page(READERS, objects="document"),
    "evidence": page(STAFF, objects="photo"),
    "evidence-review": Route("page", {"POST": REVIEWERS}, {"POST": 302}, objects="photo", body=sent.REVIEW),
    "todo": page(STAFF),
    "notices": page(STAFF),
    "notices-read": Route("page", {"POST": STAFF}, {"POST": 302}),
    "notice-read": Route("page", {"POST": STAFF}, {"POST": 302}, objects="notice"),
    # A page without a choice says so; what is handed over to whom is tests/cases/test_hand_over_page.py's.
    "hand-over": Route("page", {"GET": HANDERS, "POST": HANDERS}, {"POST": 400}),
    # Likewise; tests/cases/test_drawer.py asks the rest.
    "hand-over-drawer": Route("page", {"GET": HANDERS, "POST": HANDERS}, {"GET": 400, "POST": 400}),
    "patrol-plans": page(PLANNERS),
    # A post without `make` shows the page with what was chosen; tests/cases/test_patrol_plan_pages.py asks the rest.
    "patrol-plan-new": Route("page", {"GET": PLANNERS, "POST": PLANNERS}),
    "patrol-plans-mine": page(STAFF),
    "patrol-plan": page(PLANNERS, objects="plan", sees=SEES_PLAN),
    # What is to be done is not said: refused with a sentence.
    "patrol-plan-edit": Route("page", {"POST": PLANNERS}, {"POST": 409}, objects="plan", sees=SEES_PLAN),
    "patrol-plan-print": page(STAFF, objects="plan", sees=SEES_PLAN),
    "selection-places": page(STAFF),
    "coverage": page(WATCHERS),
    "coverage-rows": page(WATCHERS),
    "coverage-compare": page(WATCHERS),
    "coverage-trend": page(WATCHERS),
    "coverage-cell": page(WATCHERS, objects="cell", sees=SEES_CELLS),
    "compare": page(STAFF),
    "history": page(STAFF),
    # A POST without a file says so; tests/cases/test_patrol_pages.py uploads one.
    "patrols": Route("page", {"GET": PATROLLERS, "POST": PATROLLERS}, {"POST": 400}),
    "patrol-new": page(PATROLLERS),
    "patrol": page(PATROLLERS, objects="patrol", sees=SEES_PATROLS),
    "patrol-accept": Route(
        "page", {"POST": JUDGES}, {"POST": 302}, objects="patrol", body=sent.BELIEVED, sees=SEES_PATROLS
    ),
    "nearby": page(STAFF, query=sent.POINT),
    "export-map": page(EXPORTERS, needs_region=("GET",)),
    "export-coverage-xlsx": page(WATCHERS, needs_region=("GET",)),
    "export-coverage-gpkg": page(WATCHERS, needs_region=("GET",)),
    "export-coverage-html": page(WATCHERS, needs_region=("GET",)),
    "responsibility": page(SIGNED_IN),
    "posts": page(WATCHERS),
    "cell-posts": Route(
        "page", {"GET": WATCHERS, "POST": KEEPERS}, {"POST": 302}, objects="cell", sees=SEES_CELLS, body=sent.POSTED
    ),
    # Without a table, a person, a rule: what comes of sound ones is asked in their own tests.
    "post-table": Route("page", {"GET": KEEPERS, "POST": KEEPERS}, {"POST": 400}),
    "liaisons": Route("page", {"GET": WATCHERS, "POST": KEEPERS}, {"POST": 400}),
    "coverage-rules": Route("page", {"GET": WATCHERS, "POST": KEEPERS}, {"POST": 400}),
    "stats-wall": page(STAFF - {"grid_member"}),
    "stats-places": page(STAFF - {"grid_member"}, needs_region=("GET",)),
    "stats-hexagons": page(STAFF - {"grid_member"}, needs_region=("GET",)),
    "stats-times": page(STAFF - {"grid_member"}, needs_region=("GET",)),
    "stats": page(STAFF - {"grid_member"}, needs_region=("GET",)),
    "stats-cases": page(STAFF - {"grid_member"}, query={"code": "M1"}, needs_region=("GET",)),
    "stats-file": page(STAFF - {"grid_member"}, arguments=("xlsx",), needs_region=("GET",)),
    "api-stats": api(
        STAFF - {"grid_member"}, query={"since": "2026-01-01", "until": "2026-01-31"}, needs_region=("GET",)
    ),
    "ledger": page(LEDGER_READERS),
    "ledger-file": page(LEDGER_READERS, arguments=("xlsx",), needs_region=("GET",)),
    "ledger-freeze": Route(
        "page", {"POST": LEDGER_KEEPERS}, {"POST": 302}, body={"month": "2026-01"}, needs_region=("POST",)
    ),
    "roll-up": page(SUMMERS),
    "roll-up-file": page(SUMMERS, arguments=("xlsx",)),
    "api-locate": api(STAFF, query=sent.POINT, needs_region=("GET",)),
    "api-reports": Route("api", {"POST": REPORTERS}, {"POST": 201}, body=sent.REPORT, needs_region=("POST",)),
    "api-cases": api(STAFF),
    "api-nearby": api(STAFF, query=sent.POINT),
    "api-summary": api(STAFF),
    "api-selection": Route("api", {"POST": STAFF}),
    "api-days": api(STAFF),
    "api-hexagons": api(STAFF),
    "api-patrol-plans": Route(
        "api", {"GET": STAFF, "POST": PLANNERS}, {"POST": 400}, body={"cells": ["nothing"]}, needs_region=("POST",)
    ),
    "api-patrol-plan": api(STAFF, objects="plan", sees=SEES_PLAN),
    "api-patrol-plan-send": Route("api", {"POST": PLANNERS}, {"POST": 409}, objects="plan", sees=SEES_PLAN),
    "api-case": api(STAFF, objects="case"),
    "api-override": Route("api", {"POST": OFFICE}, objects="case", body=sent.OVERRIDE),
    "api-steps": api(STAFF, objects="case"),
    # Anybody who works on cases may add a remark; which other verb on which case is tests/cases/test_acts.py's.
    "api-act": Route("api", {"POST": STAFF}, arguments=("remark",), objects="case", body={"text": "现场仍在施工"}),
    "api-unmask-party": Route("api", {"POST": UNMASKERS}, objects="party", body=sent.WHY),
    "api-unmask-reporter": Route("api", {"POST": STAFF}, objects="case", body=sent.WHY, sees=SEES_REPORTER),
    "api-photos": Route("api", {"POST": REPORTERS}, {"POST": 201}, objects="case", uploads="photos"),
    "api-evidence": Route("api", {"GET": STAFF, "POST": REPORTERS}, {"POST": 201}, objects="case", uploads="file"),
    "api-evidence-review": Route("api", {"POST": REVIEWERS}, objects="photo", body=sent.REVIEW),
    "api-patrols": Route("api", {"GET": PATROLLERS, "POST": PATROLLERS}, {"POST": 201}, body=sent.PATROL),
    "api-patrol": api(PATROLLERS, objects="patrol", sees=SEES_PATROLS),
    "api-patrol-accept": Route("api", {"POST": JUDGES}, objects="patrol", body=sent.BELIEVED, sees=SEES_PATROLS),
    # Without the protocol's headers; what comes of a sound request is asked in tests/cases/test_uploads.py.
    "api-uploads": Route("api", {"POST": REPORTERS}, {"POST": 400}),
    "api-upload": Route(
        "api", {"PATCH": REPORTERS, "DELETE": REPORTERS}, {"PATCH": 415, "DELETE": 204}, objects="upload"
    ),
    "field-conflicts": page(SETTLERS),
    "field-settle": Route(
        "page", {"POST": SETTLERS}, {"POST": 404}, arguments=("0" * 8 + "-0000" * 3 + "-" + "0" * 12,)
    ),
    # The page of the phone, what keeps it there, and what installs it.
    "field": page(FIELD),
    "field-first-styles": page(FIELD),
    "field-worker": page(FIELD),
    "field-manifest": page(FIELD),
    "field-devices": page(OFFICE),
    "field-device-end": Route("page", {"POST": OFFICE}, {"POST": 404}, arguments=(0,)),
    # A record without a word; what comes of a sound one is asked in tests/cases/field/.
    "api-field-pack": api(FIELD, needs_region=("GET",)),
    "api-field-devices": Route("api", {"POST": FIELD}, body={"id": "0" * 32}, needs_region=("POST",)),
    "api-field-second": Route("api", {"POST": FIELD}, {"POST": 400}),
    "api-field-case": Route("api", {"GET": FIELD}, objects="case"),
    "api-field-changes": Route("api", {"GET": FIELD, "POST": FIELD}, {"POST": 400}),
    "api-field-confirmations": api(FIELD),
    "api-field-confirm": Route(
        "api", {"POST": FIELD}, {"POST": 404}, arguments=("0" * 8 + "-0000" * 3 + "-" + "0" * 12,)
    ),
    "api-changes": api(STAFF),
    "api-search": api(STAFF, query={"q": "索河"}),
    "api-coverage": api(WATCHERS, needs_region=("GET",)),
    "api-coverage-cell": api(WATCHERS, objects="cell", sees=SEES_CELLS, needs_region=("GET",)),
    "api-areas": api(SIGNED_IN),
    "api-groups": api(SIGNED_IN),
    "api-units": api(SIGNED_IN),
    "api-grids": api(SIGNED_IN),
    "grids": Route(
        "page", {"GET": KEEPERS, "POST": KEEPERS}, {"POST": 302}, body={"level": "2", "name": "二级网格改版"}
    ),
    "grid-draft": page(KEEPERS, objects="grid draft"),
    "api-grid-drafts": Route("api", {"GET": KEEPERS, "POST": KEEPERS}, {"POST": 201}, body={"level": 3}),
    "api-grid-draft": api(KEEPERS, objects="grid draft"),
    "api-grid-draft-cells": api(KEEPERS, objects="grid draft"),
    "api-grid-draft-faults": api(KEEPERS, objects="grid draft"),
    "api-grid-draft-compare": api(KEEPERS, objects="grid draft"),
    "api-grid-draft-draw": on_a_draft({"polygon": sent.GROUND}, 200),
    "api-grid-draft-split": on_a_draft(sent.ACROSS),
    "api-grid-draft-merge": on_a_draft({"cells": [1, 2]}),
    "api-grid-draft-move": on_a_draft(sent.MOVED),
    "api-grid-draft-prune": on_a_draft({"corners": [[113.3, 34.8]]}),
    "api-grid-draft-change": on_a_draft({"cell": 1, "name": "一号"}),
    "api-grid-draft-retire": on_a_draft({"cells": [1]}),
    "api-grid-draft-undo": on_a_draft({}),
    "api-grid-draft-redo": on_a_draft({}),
    "api-grid-draft-publish": on_a_draft({"valid_from": "2099-01-01"}),
    "api-grid-draft-discard": on_a_draft({}, 200),
    "api-layers": api(SIGNED_IN),
    "tilejson areas": api(SIGNED_IN, arguments=("areas",)),
    "tilejson grids": api(SIGNED_IN, arguments=("grids",)),
    "tilejson coverage-gaps": api(SIGNED_IN, arguments=("coverage-gaps",)),
    "tilejson open-cases": api(STAFF, arguments=("open-cases",)),
    "tilejson history": api(STAFF, arguments=("history",)),
    "tile areas": api(SIGNED_IN, answers=TILE, arguments=("areas", 11, 1668, 812)),
    "tile grids": api(SIGNED_IN, answers=TILE, arguments=("grids", 11, 1668, 812)),
    "tile coverage-gaps": api(SIGNED_IN, answers=TILE, arguments=("coverage-gaps", 11, 1668, 812)),
    "tile open-cases": api(STAFF, answers=TILE, arguments=("open-cases", 11, 1668, 812)),
    "tile history": api(STAFF, answers=TILE, arguments=("history", 11, 1668, 812)),
    "conduct": page(CONDUCT_READERS),
    "conduct-file": page(CONDUCT_READERS, arguments=("xlsx",)),
    "conduct-repeat": page(CONDUCT_READERS),
    "conduct-follow-up": page(CONDUCT_READERS),
    "conduct-record": page(CONDUCT_READERS, objects="conduct"),
    # Which act on which record is tests/oversight/test_oversight_pages.py's.
    "conduct-act": Route(
        "page", {"POST": CONDUCT_KEEPERS}, {"POST": 302}, arguments=("withdraw",), objects="conduct", body=sent.FELL
    ),
    # A POST without a case asks for one.
    "conduct-new": Route("page", {"GET": CONDUCT_KEEPERS, "POST": CONDUCT_KEEPERS}, {"POST": 400}),
    # Other systems come with a key: tests/oversight/test_conduct_api.py.
    "api-conduct": api(CONDUCT_READERS, query={"uscc": "91110000600037341L"}, needs_region=("GET",)),
    # The public page: nothing but what two people approved for everybody's eyes.
    "exposure": Route("open", {"GET": EVERYBODY}),
    "exposure-feed": Route("open", {"GET": EVERYBODY}),
    "exposure-entry": Route("open", {"GET": EVERYBODY}, objects="exposure key", sees=dict.fromkeys(ACTORS, OWNERS)),
    # Press work, and videos of violent resistance: who opened them is kept. A POST without a case asks for one.
    "publicity": page(COLUMN_DESK),
    "publicity-videos": page(COLUMN_DESK),
    "publicity-new": Route("page", {"GET": COLUMNISTS, "POST": COLUMNISTS}, {"POST": 400}),
    # The leader reads and does not strike out: tests/oversight/test_publicity.py.
    "publicity-item": Route(
        "page", {"GET": COLUMN_DESK, "POST": COLUMN_DESK}, {"POST": (302, 403)}, objects="press", body=sent.FELL
    ),
    "publicity-video": page(COLUMN_DESK, objects="video"),
    # Off unless the settings open a region's: tests/oversight/test_public_report.py.
    "public-report": Route("open", {"GET": EVERYBODY}, dict.fromkeys(("GET", "other"), (404,)), arguments=("410182",)),
    "public-receipt": Route("open", {"GET": EVERYBODY}, dict.fromkeys(("GET", "other"), (404,)), arguments=("410182",)),
    "exposure-desk": page(COLUMN_DESK),
    "exposure-new": Route("page", {"GET": COLUMNISTS, "POST": COLUMNISTS}, {"POST": 400}),
    "exposure-edit": Route(
        "page", {"GET": COLUMN_DESK, "POST": COLUMN_DESK}, {"POST": 302}, objects="exposure", body=sent.FELL
    ),
    # 年终考核: 督查科 keeps it (S35, S52), the leader and the joint office read it.
    "assessment": page(CIRCULAR_OFFICE, needs_region=("GET",)),
    "assessment-file": page(CIRCULAR_OFFICE, needs_region=("GET",)),
    "assessment-freeze": Route(
        "page", {"POST": CIRCULAR_KEEPERS}, {"POST": 302}, body={"year": 2020}, needs_region=("POST",)
    ),
    "assessment-rules": Route(
        "page", {"GET": CIRCULAR_OFFICE, "POST": CIRCULAR_KEEPERS}, {"POST": 400}, needs_region=("GET",)
    ),
    "circulars": page(CIRCULAR_READERS),
    "circular-new": Route("page", {"GET": frozenset({"assessor"}), "POST": frozenset({"assessor"})}, {"POST": 400}),
    "circular-awards": page(CIRCULAR_OFFICE),
    "circular-rules": Route("page", {"GET": CIRCULAR_OFFICE, "POST": CIRCULAR_KEEPERS}, {"POST": 400}),
    # Which act on which circular is tests/oversight/test_notices.py's; nobody's unit is the one of these.
    "circular": Route(
        "page",
        {"GET": CIRCULAR_READERS, "POST": frozenset({"leader", "assessor"})},
        {"POST": 302},
        objects="circular",
        sees=SEES_CIRCULARS,
        body={"act": "withdraw", "note": "有误"},
    ),
    # Names and shapes of the interface, and nothing of what is stored.
    "schema": Route("open", {"GET": EVERYBODY}),
    "api-docs": Route("open", {"GET": EVERYBODY}),
    # Who is signed in already is led on to the map.
    "sign-in": Route(
        "open", {"GET": EVERYBODY, "POST": EVERYBODY}, dict.fromkeys(("GET", "POST", "other"), (200, 302))
    ),
    "password": Route("page", {"GET": SIGNED_IN, "POST": SIGNED_IN}),
    "sign-out": Route("open", {"POST": EVERYBODY}, {"POST": 302}),
    "set_language": Route(
        "open",
        {"GET": EVERYBODY, "POST": EVERYBODY},
        dict.fromkeys(("GET", "POST", "other"), 302),
        body=sent.NEXT_PAGE,
    ),
    "jsi18n": Route("open", {"GET": EVERYBODY}),
    "healthz": Route("open", {"GET": EVERYBODY}),
    "readyz": Route("open", {"GET": EVERYBODY}),
}
# Django's own pages for whoever administers the system: one rule for the whole tree.
ADMINISTRATION = "admin:"
