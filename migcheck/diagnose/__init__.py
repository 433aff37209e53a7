"""Why two programs differ: where the fault is, and its cause, confirmed by running the programs again.

evidence (traces) ─→ triage (where) ─→ causes (why), each tried on the bench ─→ Diagnosis
"""
