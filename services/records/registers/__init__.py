"""Sessions, marks and planned absences: the attendance register."""
