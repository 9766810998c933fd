from django.urls import path

from boundaries import api

urlpatterns = [
    path("areas/", api.AreaList.as_view(), name="api-areas"),
    path("groups/", api.GroupList.as_view(), name="api-groups"),
    path("units/", api.UnitList.as_view(), name="api-units"),
    path("grids/", api.GridList.as_view(), name="api-grids"),
]
