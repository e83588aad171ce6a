"""Meridian Instruments: its units, the cast, and everybody else. Plain data."""

from __future__ import annotations

from dataclasses import dataclass

# unit: (parent, head's title, specialist titles, how many people under the head)
UNITS: dict[str, tuple[str | None, str, tuple[str, ...], int]] = {
    "Meridian Instruments": (None, "Managing Director", (), 0),
    "Workshop": ("Meridian Instruments", "Workshop Lead", ("Instrument Maker", "Fine Mechanic", "Assembly Planner"), 9),
    "Calibration": ("Workshop", "Head of Calibration", ("Calibration Engineer", "Test Technician"), 8),
    "Optics": ("Workshop", "Head of Optics", ("Lens Maker", "Coating Technician"), 8),
    "Harbour": ("Meridian Instruments", "Harbour Lead", ("Fitter", "Service Engineer"), 7),
    "Sea Trials": ("Harbour", "Head of Sea Trials", ("Trial Engineer", "Deck Technician"), 6),
    "Spares": ("Harbour", "Head of Spares", ("Storekeeper", "Shipping Clerk"), 6),
    "Design": ("Meridian Instruments", "Head of Design", ("Mechanical Designer", "Electronics Engineer", "Interface Designer"), 9),
    "Firmware": ("Design", "Firmware Lead", ("Firmware Engineer", "Test Engineer"), 8),
    "Customers": ("Meridian Instruments", "Head of Customers", ("Account Manager", "Sales Engineer"), 8),
    "Service Desk": ("Customers", "Service Desk Lead", ("Service Agent",), 9),
    "Finance": ("Meridian Instruments", "Head of Finance", ("Controller", "Accountant", "Buyer"), 6),
    "People": ("Meridian Instruments", "Head of People", ("Recruiter", "Learning Partner"), 2),
    "Systems": ("Meridian Instruments", "Head of Systems", ("Systems Engineer", "Data Engineer"), 4),
}


@dataclass(frozen=True, slots=True)
class Member:
    """One of the cast: where they stand in the company, and what one sees as them."""

    first: str
    last: str
    unit: str
    title: str
    is_head: bool
    see: str
    role: str = ""
    scope: str = ""


CAST = (
    Member("Ada", "Novak", "Workshop", "Instrument Maker", is_head=False, see="An employee: forms to answer, raters to propose, a released report to read and grow from."),
    Member("Bo", "Lindqvist", "Workshop", "Workshop Lead", is_head=True, see="Ada's lead: answers as a manager, approves lists of raters, reads the reports that are shared with leads."),
    Member("Cleo", "Brandt", "Workshop", "Instrument Maker", is_head=False, see="Ada's colleague: forms wait, one is begun, a report is new."),
    Member("Dan", "Moreau", "Harbour", "Harbour Lead", is_head=True, see="A lead elsewhere: sees his own people, and nothing of Ada's."),
    Member("Eve", "Castellano", "People", "HR Partner", is_head=False, see="HR partner of the Workshop: runs cycles for her units.", role="hr_partner", scope="Workshop"),
    Member("Finn", "Aaltonen", "Systems", "Systems Engineer", is_head=False, see="Runs the installation: jobs, mail, the audit trail of security.", role="system_admin"),
    Member("Iris", "Okafor", "People", "Head of People", is_head=True, see="HR administrator: imports people, launches, closes and releases cycles.", role="hr_admin"),
    Member("Jon", "Abara", "Finance", "Internal Auditor", is_head=False, see="Auditor: verifies the log, sees what happened and never what was said.", role="auditor"),
)
LEFT = ("Gus", "Petrov", "Workshop", "Instrument Maker")
DIRECTOR = ("Mira", "Solberg")
PLACES = {"Harbour": "Bergen", "Sea Trials": "Bergen", "Spares": "Bergen", "Customers": "Hamburg", "Service Desk": "Porto"}
HOME = "Gothenburg"
