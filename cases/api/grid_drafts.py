"""Drafts of the grid: opened, looked at, checked and compared; what is done on them is `cases.api.grid_verbs`'s."""

from collections import Counter

import shapely
from django.core.exceptions import ValidationError as FieldError
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import status
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.response import Response
from rest_framework.views import APIView

from boundaries import grid_checks, grid_drafts, grid_publishing
from boundaries.models import GridDraft
from cases.api.asked import REFUSED, checked, region_of
from cases.api.grid_words import (
    MOST_CELLS,
    CellsAnswer,
    CompareAnswer,
    DraftSerializer,
    FaultsAnswer,
    FaultSerializer,
    OpenSerializer,
    feature_of,
)
from cases.filters import BoxField
from cases.grid_desk import draft_of, drafts_of
from cases.permissions import Capability, requires_api
from gis_core.api import FastJson
from gis_core.incoming import ExactQuery

NO_DRAFT = {404: OpenApiResponse(description="The region has no such draft.")}
SEEN_AT_ONCE = 2000  # pixels: what lies nearer than that share of a box is one place on any screen


class DraftView(ExactQuery, APIView):
    """What has to do with drafts is for those who keep the grid, each in their region."""

    permission_classes = (requires_api(Capability.EDIT_GRID),)

    def draft(self, pk: int) -> GridDraft:
        draft = draft_of(self.request.user, pk)
        if draft is None:
            raise NotFound
        return draft


class DraftsView(DraftView):
    """The region's drafts, the newest first; a new one is a copy of a tier as it is in force."""

    @extend_schema(responses={200: DraftSerializer(many=True), **REFUSED})
    def get(self, request):
        return Response(DraftSerializer(drafts_of(request.user), many=True).data)

    @extend_schema(request=OpenSerializer, responses={201: DraftSerializer, **REFUSED})
    def post(self, request):
        said = checked(OpenSerializer, request.data)
        draft = grid_drafts.open_draft(region_of(request.user), by=request.user, **said)
        return Response(DraftSerializer(draft).data, status=status.HTTP_201_CREATED, headers=tag(draft))


class OneDraftView(DraftView):
    """A draft, with its version as ETag."""

    @extend_schema(responses={200: DraftSerializer, **NO_DRAFT, **REFUSED})
    def get(self, request, pk):
        draft = self.draft(pk)
        return Response(DraftSerializer(draft).data, headers=tag(draft))


class CellsView(DraftView):
    """The draft's cells as GeoJSON, those that are ended too; in a box, or all. Of more than 2,000 the outlines are
    simplified, and `editable` is false."""

    renderer_classes = (FastJson,)

    @extend_schema(
        parameters=[OpenApiParameter("bbox", str, description="west,south,east,north in degrees, WGS 84")],
        responses={200: CellsAnswer, **NO_DRAFT, **REFUSED},
    )
    def get(self, request, pk):
        draft = self.draft(pk)
        cells = draft.cells.all()
        try:
            box = BoxField(required=False).clean(request.query_params.get("bbox", ""))
        except FieldError as error:
            raise ValidationError({"bbox": error.messages}) from error
        cells = cells.filter(geom__bboverlaps=box) if box else cells
        found = list(cells)
        editable = len(found) <= MOST_CELLS
        coarse = 0.0 if editable else (box.extent[2] - box.extent[0] if box else _reach(found)) / SEEN_AT_ONCE
        features = [feature_of(cell, coarse) for cell in found]
        answer = {"type": "FeatureCollection", "editable": editable, "features": features}
        return Response(answer, headers=tag(draft))

    def known_parameters(self):
        return {"bbox"}


def _reach(cells) -> float:
    """Degrees from the westernmost to the easternmost."""
    bounds = shapely.bounds(shapely.from_wkb([bytes(cell.geom.wkb) for cell in cells]))
    return float(bounds[:, 2].max() - bounds[:, 0].min())


class FaultsView(DraftView):
    """What is wrong with the draft as it would be in force, what refuses publishing first."""

    @extend_schema(responses={200: FaultsAnswer, **NO_DRAFT, **REFUSED})
    def get(self, request, pk):
        draft = self.draft(pk)
        faults = grid_checks.faults_of(draft)
        told = FaultSerializer(faults, many=True).data
        return Response({"gap_rate": grid_checks.gap_rate(draft, faults), "faults": told}, headers=tag(draft))


class CompareView(DraftView):
    """The draft beside what is in force: cells that are new, changed or ended, with their sizes; `corners` got
    neighbours' corners on their edges and are the same ground. What is the same is only counted."""

    @extend_schema(responses={200: CompareAnswer, **NO_DRAFT, **REFUSED})
    def get(self, request, pk):
        draft = self.draft(pk)
        changes = grid_publishing.compare(draft)
        counts = Counter(change.kind for change in changes)
        told = {
            "counts": {kind: counts[kind] for kind in grid_publishing.KINDS},
            "changes": [change for change in changes if change.kind != grid_publishing.SAME],
        }
        return Response(CompareAnswer(told).data, headers=tag(draft))


def tag(draft: GridDraft) -> dict[str, str]:
    return {"ETag": f'"{draft.version}"'}
