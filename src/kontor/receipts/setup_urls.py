"""Addresses of the set-up of receipts, part of kontor.receipts.urls."""

from django.urls import path

from kontor.receipts.views import setup, setup_choices

urlpatterns = [
    path("setup/", setup.overview, name="setup"),
    path("setup/propose", setup.propose, name="setup_propose"),
    path("setup/projects", setup.projects, name="setup_projects"),
    path("setup/submission", setup.submission, name="setup_submission"),
    path("setup/types/", setup_choices.types, name="setup_types"),
    path("setup/types/new", setup_choices.expense_type, name="setup_type_new"),
    path("setup/types/<int:type_id>/", setup_choices.expense_type, name="setup_type"),
    path("setup/ways/", setup_choices.ways, name="setup_ways"),
    path("setup/means/new", setup_choices.means, name="setup_means_new"),
    path("setup/means/<int:means_id>/", setup_choices.means, name="setup_means"),
    path("setup/refunds/new", setup_choices.refund, name="setup_refund_new"),
    path("setup/refunds/<int:route_id>/", setup_choices.refund, name="setup_refund"),
    path("setup/repayments/new", setup_choices.repayment, name="setup_repayment_new"),
    path("setup/repayments/<int:route_id>/", setup_choices.repayment, name="setup_repayment"),
    path("setup/<slug:kind>/<int:row_id>/move", setup_choices.move, name="setup_move"),
]
