"""The pages of the land."""

from django.urls import path

from boundaries import views

urlpatterns = [path("responsibility/", views.responsibility, name="responsibility")]
