"""The HTTP interface and the portal: reads what was published, for one reader at a time."""
