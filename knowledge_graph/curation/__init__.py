"""What people decide: the append-only log of verdicts, who may give which, and their history."""
