"""Proof that is never changed: terms, acceptances, snapshots of leads, received letters' bytes."""

from ogniwo.journal.triggers import Triggers, refuse

FROZEN = ("programme_termsversion", "programme_acceptance", "programme_leadsnapshot")

TRIGGERS: Triggers = {}
for table in FROZEN:
    for event, word in (("UPDATE", "frozen"), ("DELETE", "kept")):
        TRIGGERS[f"{table}_{word}"] = refuse(f"{table}_{word}", table, on=event)
