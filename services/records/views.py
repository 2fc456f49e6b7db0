"""What is shown of pupils: dated facts about each person, rows of plain facts about groups and days."""

from ledger.view import AnyView
from services.records.care import care_views
from services.records.characteristics import characteristics_views
from services.records.documents import document_views
from services.records.families import (
    collection_views,
    contact_views,
    disagreement_views,
    protection_views,
    residence_views,
)
from services.records.files import intake_views
from services.records.learning import assessment_views, progress_views
from services.records.pastoral import pastoral_views
from services.records.pupils import identity_views
from services.records.pupils.identity_views import PupilRow, pupils, search_key
from services.records.registers import attendance_views, calendar_views, part_time_views, planned_views
from services.records.registers.calendar_views import CalendarRow, calendar
from services.records.roll import admission_views, dual_views, earlier_views, future_school_views, group_views
from services.records.roll.group_views import GroupRow, SpellRow, groups, members, teachers
from services.records.roll.roll_views import Spell, roll
from services.records.safeguarding import concerns_views

__all__ = [
    "VIEWS",
    "CalendarRow",
    "GroupRow",
    "PupilRow",
    "Spell",
    "SpellRow",
    "calendar",
    "groups",
    "members",
    "pupils",
    "roll",
    "search_key",
    "teachers",
]  # fmt: skip


VIEWS: tuple[AnyView, ...] = (
    *identity_views.VIEWS, *contact_views.VIEWS, roll, *group_views.VIEWS,
    *attendance_views.VIEWS, *planned_views.VIEWS, *admission_views.VIEWS,
    *part_time_views.VIEWS,
    *dual_views.VIEWS, *future_school_views.VIEWS,
    *earlier_views.VIEWS,
    *concerns_views.VIEWS,
    *assessment_views.VIEWS,
    *progress_views.VIEWS,
    *pastoral_views.VIEWS,
    *calendar_views.VIEWS,
    *intake_views.VIEWS,
    *characteristics_views.VIEWS,
    *care_views.VIEWS,
    *document_views.VIEWS,
    *protection_views.VIEWS,
    *residence_views.VIEWS,
    *disagreement_views.VIEWS,
    *collection_views.VIEWS,
)  # fmt: skip
"""Every view of the records service, for its runner."""
