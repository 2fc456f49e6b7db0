"""How a pupil does: results and reports."""
