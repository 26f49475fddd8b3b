"""The pages. The client API has its own routes (`api.routing`)."""

from django.contrib import admin
from django.urls import path

from openrounds.web import urls

handler400 = "openrounds.web.views.errors.malformed"
handler403 = "openrounds.web.views.errors.forbidden"
handler404 = "openrounds.web.views.errors.not_found"
handler500 = "openrounds.web.views.errors.failed"
urlpatterns = [
    path("admin/", admin.site.urls),
    *urls.urlpatterns,
]
