"""Addresses of the tenant itself."""

from django.urls import path

from kontor.organisations.views import home, jobs, mails, people, record

urlpatterns = [
    path("", home.overview, name="overview"),
    path("palette", home.palette, name="palette"),
    path("books", home.books, name="books"),
    path("record/", record.record, name="record"),
    path("record/anchor", record.anchor, name="record_anchor"),
    path("record/<int:event_id>/", record.event, name="record_event"),
    path("jobs/", jobs.jobs, name="jobs"),
    path("jobs/<int:job_id>/", jobs.job, name="job"),
    path("jobs/<int:job_id>/cancel", jobs.cancel, name="job_cancel"),
    path("mails/", mails.mails, name="mails"),
    path("mails/<int:mail_id>/again", mails.send_again, name="mail_again"),
    path("people/", people.people, name="people"),
    path("people/new", people.new_person, name="new_person"),
    path("people/<int:user_id>/", people.person, name="person"),
    path("people/<int:user_id>/end", people.end, name="person_end"),
]
