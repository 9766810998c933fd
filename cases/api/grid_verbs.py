"""What is done on a draft of the grid: a verb each, with its words as the body and the version as If-Match."""

from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers, status
from rest_framework.exceptions import ValidationError
from rest_framework.response import Response
from shapely import LineString

from boundaries import draft_edit, grid_codes, grid_drafts, grid_publishing, polygons
from boundaries.grid_attributes import BadAttribute
from boundaries.grid_topology import Untenable
from cases.api.asked import REFUSED, checked, names_version, newest_named
from cases.api.grid_drafts import NO_DRAFT, DraftView, tag
from cases.api.grid_words import (
    CellsSerializer,
    ChangeCellSerializer,
    DraftSerializer,
    DrawSerializer,
    FaultSerializer,
    MoveSerializer,
    NothingSerializer,
    OutcomeSerializer,
    PruneSerializer,
    PublishSerializer,
    SplitSerializer,
    feature_of,
)

CANNOT = (
    Untenable,
    draft_edit.NoSuchCell,
    grid_codes.NoFreeCode,
    grid_drafts.DraftClosed,
    grid_drafts.NothingToUndo,
    grid_publishing.NotPublished,
)
ANSWERS = {
    409: OpenApiResponse(description="Why it cannot be done: `detail`, and `faults` and `conflicts` of publishing."),
    412: OpenApiResponse(description="The draft has changed since; the ETag has its version."),
    **NO_DRAFT,
    **REFUSED,
}
IF_MATCH = OpenApiParameter("If-Match", str, OpenApiParameter.HEADER, required=False)


def told(words: type[serializers.Serializer], answer=OutcomeSerializer):
    return extend_schema(request=words, parameters=[IF_MATCH], responses={200: answer, **ANSWERS})


class VerbView(DraftView):
    """Answers with the cells that changed, the keys of those gone, and the draft with its new version."""

    words: type[serializers.Serializer]

    def answer(self, request, pk) -> Response:
        draft = self.draft(pk)
        said = checked(self.words, request.data)
        header = request.headers.get("If-Match")
        version = (draft.version if names_version(header, draft.version) else newest_named(header)) if header else None
        try:
            return self.done(draft, version, **said)
        except BadAttribute as error:
            raise ValidationError({error.field: [str(error)]}) from error
        except grid_publishing.BadDay as error:
            raise ValidationError({"valid_from": [str(error)]}) from error
        except grid_drafts.DraftChanged as error:
            headers = {"ETag": f'"{error.version}"'}
            return Response({"detail": str(error)}, status=status.HTTP_412_PRECONDITION_FAILED, headers=headers)
        except CANNOT as error:
            return Response(_why(error), status=status.HTTP_409_CONFLICT)

    def done(self, draft, version, **said) -> Response:
        outcome = self.act(draft, by=self.request.user, version=version, **said)
        changed = [feature_of(cell) for cell in outcome.changed]
        answer = {"draft": DraftSerializer(outcome.draft).data, "changed": changed, "gone": outcome.gone}
        return Response(answer, headers=tag(outcome.draft))


def _why(error) -> dict:
    why = {"detail": str(error)}
    if faults := getattr(error, "faults", None):
        why["faults"] = FaultSerializer(faults, many=True).data
    if conflicts := getattr(error, "conflicts", None):
        why["conflicts"] = conflicts
    return why


class DrawView(VerbView):
    """A new cell. Attributes that are not said are proposed; the outline lands on its neighbours and is cut by them."""

    words = DrawSerializer

    @told(DrawSerializer)
    def post(self, request, pk):
        return self.answer(request, pk)

    def act(self, draft, *, polygon, **said):
        return grid_drafts.draw(draft, polygons.of_stored(polygon), **said)


class SplitView(VerbView):
    """Divide a cell by a line across it; the largest piece keeps its code and its posts."""

    words = SplitSerializer

    @told(SplitSerializer)
    def post(self, request, pk):
        return self.answer(request, pk)

    def act(self, draft, *, cell, line, **said):
        return grid_drafts.split(draft, cell, LineString(line), **said)


class MergeView(VerbView):
    """One cell of several with common sides; the first that is named keeps its code and its posts."""

    words = CellsSerializer

    @told(CellsSerializer)
    def post(self, request, pk):
        return self.answer(request, pk)

    def act(self, draft, *, cells, **said):
        return grid_drafts.merge(draft, cells, **said)


class MoveView(VerbView):
    """Put corners elsewhere, in every cell that shares them. A place on an edge becomes a corner of all that have the
    edge; an edge moves by both its ends."""

    words = MoveSerializer

    @told(MoveSerializer)
    def post(self, request, pk):
        return self.answer(request, pk)

    def act(self, draft, *, moves, **said):
        return grid_drafts.move(draft, [(one["from"], one["to"]) for one in moves], **said)


class PruneView(VerbView):
    """Remove corners from every cell that shares them. Refused by the name of the cell where a third line ends at the
    corner, or where the outline would have fewer than three corners, cross itself or lose its ground."""

    words = PruneSerializer

    @told(PruneSerializer)
    def post(self, request, pk):
        return self.answer(request, pk)

    def act(self, draft, *, corners, **said):
        return grid_drafts.prune(draft, corners, **said)


class ChangeView(VerbView):
    """Another code, name, kind, area, parent, or number of days between patrols."""

    words = ChangeCellSerializer

    @told(ChangeCellSerializer)
    def post(self, request, pk):
        return self.answer(request, pk)

    def act(self, draft, *, cell, **said):
        return grid_drafts.change(draft, cell, **said)


class RetireView(VerbView):
    """End cells: those in force are kept as ended, those of the draft alone are gone."""

    words = CellsSerializer

    @told(CellsSerializer)
    def post(self, request, pk):
        return self.answer(request, pk)

    def act(self, draft, *, cells, **said):
        return grid_drafts.retire(draft, cells, **said)


class UndoView(VerbView):
    """Take the last step back."""

    words = NothingSerializer

    @told(NothingSerializer)
    def post(self, request, pk):
        return self.answer(request, pk)

    def act(self, draft, *, by, version):
        return grid_drafts.undo(draft, version=version)


class RedoView(VerbView):
    """Do the step that was taken back again."""

    words = NothingSerializer

    @told(NothingSerializer)
    def post(self, request, pk):
        return self.answer(request, pk)

    def act(self, draft, *, by, version):
        return grid_drafts.redo(draft, version=version)


class PublishView(VerbView):
    """Put the draft in force from a day on. Gaps refuse nothing; invalid rings, overlaps and cells outside their
    parent do, and so does what others have put in force meanwhile."""

    words = PublishSerializer

    @told(PublishSerializer, DraftSerializer)
    def post(self, request, pk):
        return self.answer(request, pk)

    def done(self, draft, version, *, valid_from):
        published = grid_publishing.publish(draft, valid_from, by=self.request.user, version=version)
        return Response(DraftSerializer(published).data, headers=tag(published))


class DiscardView(VerbView):
    """Give the draft up; it stays to be seen."""

    words = NothingSerializer

    @told(NothingSerializer, DraftSerializer)
    def post(self, request, pk):
        return self.answer(request, pk)

    def done(self, draft, version):
        given_up = grid_drafts.discard(draft, version=version)
        return Response(DraftSerializer(given_up).data, headers=tag(given_up))


VERBS = {
    "draw": DrawView,
    "split": SplitView,
    "merge": MergeView,
    "move": MoveView,
    "prune": PruneView,
    "change": ChangeView,
    "retire": RetireView,
    "undo": UndoView,
    "redo": RedoView,
    "publish": PublishView,
    "discard": DiscardView,
}
