"""The table of addresses: each app brings its own."""

from django.urls import include, path

urlpatterns = [
    path("", include("azimuth.workspace.urls")),
    path("people/", include("azimuth.people.urls")),
    path("competencies/", include("azimuth.competencies.urls")),
    path("questionnaires/", include("azimuth.questionnaires.urls")),
    path("reviews/", include("azimuth.reviews.urls")),
    path("notifications/", include("azimuth.notifications.urls")),
    path("kit/", include("azimuth.kit.urls")),
    path("", include("azimuth.workspace.accounts.urls")),
    path("", include("azimuth.workspace.security.urls")),
]

handler400 = "azimuth.kit.errors.bad_request"
handler403 = "azimuth.kit.errors.denied"
handler404 = "azimuth.kit.errors.not_found"
handler429 = "azimuth.kit.errors.too_many"
handler500 = "azimuth.kit.errors.failed"
