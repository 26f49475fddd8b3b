"""The pages. The client API has its own routes (`api.routing`)."""

from django.contrib import admin
from django.urls import include, path

handler400 = "openrounds.web.views.errors.malformed"
handler403 = "openrounds.web.views.errors.forbidden"
handler404 = "openrounds.web.views.errors.not_found"
handler500 = "openrounds.web.views.errors.failed"
urlpatterns = [
    path("admin/", admin.site.urls),
    path("", include("openrounds.web.urls")),
]
